package causes

import "github.com/parley-tls/parley"

var networkNameNotFound = &Cause{
	ID:         "network.name-not-found",
	Title:      "the name has no address",
	CannotTell: true,
	Meaning:    "The resolver says that the name does not exist or has no address, or the resolver could not be reached. No connection was tried.",
	Phase:      parley.PhaseName,
	Best:       parley.Seen,
	Mistaken: []Mistake{
		{For: "network.timeout", Test: "there is no address to send a SYN to"},
	},
	Find: func(v *View) []parley.Finding {
		if !v.Asked() || v.Scope.Via == "" || v.Answer.End != parley.EndNameNotFound && v.Answer.End != parley.EndNameError {
			return nil
		}
		why := "the resolver says that the name does not exist or has no address"
		if v.Answer.End == parley.EndNameError {
			why = "the resolver did not answer, which leaves open whether the name exists"
		}
		return []parley.Finding{v.Finding("network.name-not-found", parley.SideUnknown, parley.PhaseName, parley.Seen, v.unreached(why))}
	},
	Fixes:       []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.FixName, Plain: "see the spelling, the search domain, and which resolver this machine asks"}},
	WillNotHelp: []string{"any TLS setting: no connection was made"},
	References:  []string{"RFC 9499, Section 3"},
	Cases: []Case{
		{
			Name: "the resolver says that there is no such name", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
target gone.example host=gone.example port=443 name=gone.example
lookup gone.example not found
`,
		},
		{
			Name: "the resolver itself fails", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
target gone.example host=gone.example port=443 name=gone.example
lookup gone.example end=name-error detail="server misbehaving"
`,
		},
		{
			Name: "the resolver does not know the proxy", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example via=http://user:secret@proxy.example:3128

base
name not found
`,
		},
		{
			Name: "the name has an address, and nothing answers there", Instead: "network.timeout",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
connect timeout
`,
		},
	},
}

// NameFinding is the finding of a lookup that gave no address.
func NameFinding(e *parley.Evidence) parley.Finding {
	f := parley.Finding{
		Cause: "network.name-not-found", Side: parley.SideUnknown, Phase: parley.PhaseName, Certainty: parley.Seen,
		Intents:     networkNameNotFound.Fixes,
		WillNotHelp: networkNameNotFound.WillNotHelp,
		WouldTell:   []string{"getent hosts " + e.Lookup.Name},
	}
	why := "The resolver says that " + e.Lookup.Name + " does not exist or has no address."
	if e.Lookup.End == parley.EndNameError {
		why = "The resolver did not answer for " + e.Lookup.Name + ", which leaves open whether it exists."
	}
	f.Because = []parley.Reason{{Text: why}}
	if e.Lookup.Detail != "" && e.Lookup.Detail != "no such host" {
		f.Because = append(f.Because, parley.Reason{Text: sentence(e.Lookup.Detail)})
	}
	return f
}
