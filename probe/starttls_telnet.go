package probe

import "bytes"

// The commands of telnet (RFC 854), and the option START_TLS
// (draft-altman-telnet-starttls-02).
const (
	telnetSE   = 240
	telnetSB   = 250
	telnetWill = 251
	telnetWont = 252
	telnetDo   = 253
	telnetDont = 254
	telnetIAC  = 255

	telnetStartTLS = 46
	telnetFollows  = 1
)

// upgradeTelnet agrees to START_TLS if that is what the server begins with, and
// offers it if not: a server that does not know the option has to answer DONT
// (RFC 855). To agree, and that TLS follows, is one write: behind it no byte but
// of TLS may come, and servers were seen to read on for telnet.
func (x *run) upgradeTelnet() *end {
	if e := x.link.fill(x.by); e != nil {
		return x.cut(e, nil)
	}
	will, follow := []byte{telnetIAC, telnetWill, telnetStartTLS}, []byte{telnetIAC, telnetSB, telnetStartTLS, telnetFollows, telnetIAC, telnetSE}
	said := bytes.Contains(x.link.in, []byte{telnetIAC, telnetDo, telnetStartTLS})
	if said {
		will = append(will, follow...)
	}
	if e := x.link.write(will); e != nil {
		return e
	}
	for heard := false; !said || !heard; {
		command, option, data, e := x.telnetCommand()
		switch {
		case e != nil:
			return e
		case option != telnetStartTLS:
		case command == telnetDont, command == telnetWont:
			return refused("DONT START_TLS")
		case command == telnetDo && !said:
			said = true
			if e := x.link.write(follow); e != nil {
				return e
			}
		case command == telnetSB && bytes.Equal(data, []byte{telnetFollows}):
			heard = true
		}
	}
	return nil
}

// telnetCommand reads up to the end of the next command about an option. Text
// before it is what the server greets with.
func (x *run) telnetCommand() (command, option byte, data []byte, e *end) {
	var text []byte
	read := func() byte {
		var b []byte
		if e == nil {
			b, e = x.exactly(1, text...)
		}
		if e != nil {
			return 0
		}
		return b[0]
	}
	for e == nil {
		b := read()
		if b != telnetIAC {
			if text = append(text, b); len(text) > maxHeader {
				x.greet(text)
				return 0, 0, nil, refused("more than %d bytes without a command of telnet", maxHeader)
			}
			continue
		}
		switch command = read(); command {
		case telnetWill, telnetWont, telnetDo, telnetDont:
			option = read()
			x.greet(append(text, telnetIAC, command, option))
			return command, option, nil, e
		case telnetSB:
			option = read()
			data, e = x.subnegotiation(e)
			return command, option, data, e
		}
	}
	return 0, 0, nil, e
}

// subnegotiation reads the data of an option up to IAC SE.
func (x *run) subnegotiation(e *end) ([]byte, *end) {
	var data []byte
	for e == nil {
		var b []byte
		if b, e = x.link.until([]byte{telnetIAC}, maxHeader, x.by); e != nil {
			return nil, x.cut(e, b)
		}
		data = append(data, b[:len(b)-1]...)
		if b, e = x.exactly(1); e != nil || b[0] == telnetSE {
			return data, e
		}
		data = append(data, b...)
		if len(data) > maxHeader {
			return nil, refused("more than %d bytes of a telnet option", maxHeader)
		}
	}
	return nil, e
}
