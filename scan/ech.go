package scan

import (
	"context"
	"fmt"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/dns"
	"github.com/parley-tls/parley/wire"
)

// published begins to ask for the HTTPS record of the target, beside everything else,
// and returns who waits for the answer.
func (o *Options) published(ctx context.Context, t parley.Target) func() parley.ECHRecord {
	name := t.Name
	if name == "" {
		name = t.Host
	}
	if o.Certs.DNS == nil {
		why := o.Certs.WhyNoDNS
		if why == "" {
			why = "the DNS was not asked"
		}
		return func() parley.ECHRecord { return parley.ECHRecord{Published: parley.Fact{Why: why}} }
	}
	if t.Port != 443 { // RFC 9460, Section 9.1
		name = fmt.Sprintf("_%d._https.%s", t.Port, name)
	}
	done := make(chan parley.ECHRecord, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, max(dnsPatience, o.Certs.DNS.Timeout)+time.Millisecond)
		defer cancel()
		done <- lookupECH(ctx, o.Certs.DNS, name)
	}()
	return func() parley.ECHRecord { return <-done }
}

func lookupECH(ctx context.Context, r *dns.Resolver, name string) parley.ECHRecord {
	a, err := r.Lookup(ctx, name, dns.TypeHTTPS)
	from := []parley.Source{{Document: "the HTTPS record of " + name}}
	if err != nil {
		return parley.ECHRecord{Published: parley.Fact{From: from, Why: err.Error()}}
	}
	for _, data := range a.Records {
		if configs := wire.ParseECHConfigs(dns.ECH(data)); len(configs) > 0 {
			return parley.ECHRecord{Published: parley.Fact{Is: parley.Yes, From: from}, Configs: configs}
		}
	}
	why := "it has no configuration"
	if len(a.Records) == 0 {
		why = "there is none"
	}
	return parley.ECHRecord{Published: parley.Fact{Is: parley.No, From: from, Why: why}}
}
