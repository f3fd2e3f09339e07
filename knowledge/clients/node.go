package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var nodeFamily = family{Name: "node", Stack: "openssl", Clients: []entry{
	{
		ID: "node", Name: "Node.js 26.10", Aliases: []string{"nodejs", "node-24", "node-24.21", "node-25", "node-26"},
		Able: from10, Notes: nodeNotes, Knobs: nodeKnobs, From: nodeAble,
	},
	{ID: "node-0.10", Name: "Node.js 0.10.48 (OpenSSL 1.0.1u)", Aliases: []string{"node-0.10.48", "openssl-1.0.1"}, Knobs: oldNodeKnobs},
	{ID: "node-0.10.0", Name: "Node.js 0.10.0 (OpenSSL 1.0.1e)", Knobs: oldNodeKnobs},
	{ID: "node-0.10.30", Name: "Node.js 0.10.30 (OpenSSL 1.0.1h)", Knobs: oldNodeKnobs},
	{ID: "node-0.12", Name: "Node.js 0.12.18 (OpenSSL 1.0.1u)", Knobs: oldNodeKnobs},
	{ID: "node-10", Name: "Node.js 10.24 (OpenSSL 1.1.1k)", Aliases: []string{"node-10.24"}, Knobs: oldNodeKnobs},
	{ID: "node-10.0", Name: "Node.js 10.0 (OpenSSL 1.1.0h)", Aliases: []string{"node-10.0.0", "openssl-1.1.0"}, Knobs: oldNodeKnobs},
	{
		ID: "node-16", Name: "Node.js 16.20 (OpenSSL 1.1.1v)", Aliases: []string{"node-12", "node-14"},
		Able: from10, Notes: []parley.Note{nodeMin}, Knobs: nodeKnobs, From: nodeAble,
	},
	{
		ID: "node-18", Name: "Node.js 18.20 (OpenSSL 3.0.16)",
		Aliases: []string{"node-17", "node-20", "node-21", "node-22.0", "node-22.0.0", "node-23", "node-24.0", "node-24.0.0"},
		Able:    from10, Notes: nodeNotes, Knobs: nodeKnobs, From: nodeAble,
	},
	{ID: "node-6", Name: "Node.js 6.17 (OpenSSL 1.0.2r)", Aliases: []string{"node-4"}, Knobs: oldNodeKnobs},
	{ID: "node-8", Name: "Node.js 8.17 (OpenSSL 1.0.2s)", Aliases: []string{"openssl-1.0.2"}, Knobs: oldNodeKnobs},
	{ID: "node-fetch", Name: "Node.js 26.10 fetch", Aliases: []string{"undici", "node-fetch-26"}, Able: from10, Notes: nodeNotes, Knobs: nodeKnobs, From: nodeAble},
	{ID: "node-fetch-18", Name: "Node.js 18.20 fetch", Able: from10, Notes: nodeNotes, Knobs: nodeKnobs, From: nodeAble},
	{ID: "node-fetch-22", Name: "Node.js 22.23 fetch", Able: from10, Notes: nodeNotes, Knobs: nodeKnobs, From: nodeAble},
}}

var (
	from10   = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
	nodeDocs = said("Node.js documentation, tls and cli", "2026-11-21")
	nodeAble = []parley.Source{measured("Node.js 20.20.2 with --tls-min-v1.0 and SECLEVEL 0")}
	nodeMin  = parley.Note{About: parley.AxisVersion, Text: "Node.js has 1.0 and 1.1 and leaves them off since 12", From: said("Node.js documentation, cli", "2026-11-21")}

	nodeNotes = []parley.Note{nodeMin,
		{About: parley.AxisExtension, Text: "Node.js 17 and later demand renegotiation_info (RFC 5746)", From: measured("Node.js 17 to 26")}}

	nodeKnobs = []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "node --tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0",
			Price: isWeakened, From: measured("Node.js 20.20.2"),
		},
		{Intent: parley.OfferGroups, Grade: parley.Best, Text: "ecdhCurve: 'X25519:P-256:P-384:P-521'", From: nodeDocs},
		{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "node --tls-cipher-list=DEFAULT@SECLEVEL=1", Price: "this process takes DH primes and RSA keys of 1,024 bits", From: nodeDocs},
		{Intent: parley.LimitDH, Grade: parley.Best, Text: "node --tls-cipher-list=DEFAULT:!DH", Price: "the server must accept ECDHE", From: nodeDocs},
		{Intent: parley.OfferSchemes, Grade: parley.Bridge, Text: "sigalgs: 'ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:RSA+SHA1'", Price: "takes SHA-1 signatures", From: nodeDocs},
		nodeName, nodeSuites,
	}
	oldNodeKnobs = []parley.Knob{nodeName, nodeSuites,
		{Intent: parley.UpgradeClient, Grade: parley.Best, Text: "a Node.js release that is maintained", From: nodeDocs}}

	nodeName   = parley.Knob{Intent: parley.SendServerName, Grade: parley.Best, Text: "servername: 'NAME'", From: nodeDocs}
	nodeSuites = parley.Knob{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "ciphers: 'ALL:!aNULL'", Price: "offers every suite of the library", From: nodeDocs}
)
