package wire

import "testing"

func BenchmarkParseClientHello(b *testing.B) {
	for _, name := range []string{"chromium-156", "openssl-3.0.22"} {
		b.Run(name, func(b *testing.B) {
			body := helloBody(b, helloRecords(b)[name])
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseClientHello(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecoderFirstFlight(b *testing.B) {
	for _, name := range []string{"openssl-3.0-tls12-ecdhe-rsa", "openssl-3.0-tls13"} {
		b.Run(name, func(b *testing.B) {
			flow := flights(b)[name]
			b.SetBytes(int64(len(flow)))
			b.ReportAllocs()
			for b.Loop() {
				d := NewDecoder(FromServer)
				d.Write(flow)
				n := 0
				for _, ok := d.Next(); ok; _, ok = d.Next() {
					n++
				}
				if n < 4 {
					b.Fatalf("%d items", n)
				}
			}
		})
	}
}
