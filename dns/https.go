package dns

import "encoding/binary"

// keyECH is the parameter of a service that holds its ECHConfigList (RFC 9848, Section 3).
const keyECH = 5

// ECH returns the ECHConfigList of the data of an HTTPS record in the mode of a service
// (RFC 9460, Section 2.2); nil: it has none, or cannot be read.
func ECH(data []byte) []byte {
	if len(data) < 2 || data[0] == 0 && data[1] == 0 { // priority 0: it points to another name
		return nil
	}
	data = data[2:]
	for { // the name of the target, never compressed
		if len(data) == 0 || len(data) < 1+int(data[0]) {
			return nil
		}
		label := data[:1+int(data[0])]
		data = data[len(label):]
		if len(label) == 1 {
			break
		}
	}
	for len(data) >= 4 {
		key, size := binary.BigEndian.Uint16(data), int(binary.BigEndian.Uint16(data[2:]))
		if data = data[4:]; len(data) < size {
			return nil
		}
		if key == keyECH {
			return data[:size]
		}
		data = data[size:]
	}
	return nil
}
