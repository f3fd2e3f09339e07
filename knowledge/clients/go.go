package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var goFamily = family{Name: "go", Stack: "go", Clients: []entry{
	{ID: "go", Name: "Go 1.27.1", Aliases: []string{"golang", "go-1.27"}, Able: from10, Notes: []parley.Note{goMin, goNoRSA27}, Knobs: goKnobs, From: goAble},
	{ID: "go-1.11", Name: "Go 1.11.13", Knobs: goConfig, Notes: goEnds12},
	{ID: "go-1.13", Name: "Go 1.13.15", Knobs: goConfig},
	{ID: "go-1.15", Name: "Go 1.15.15", Knobs: goConfig},
	{ID: "go-1.17", Name: "Go 1.17.13", Knobs: goConfig},
	{ID: "go-1.18", Name: "Go 1.18.10", Aliases: []string{"go-1.19", "go-1.20"}, Able: from10, Notes: []parley.Note{goMin}, Knobs: goOldKnobs, From: goAble},
	{ID: "go-1.21", Name: "Go 1.21.13", Able: from10, Notes: []parley.Note{goMin}, Knobs: goOldKnobs, From: goAble},
	{ID: "go-1.22", Name: "Go 1.22.12", Able: from10, Notes: []parley.Note{goMin, goNoRSA}, Knobs: knobs(goOldKnobs, goRSA), From: goAble},
	{ID: "go-1.23", Name: "Go 1.23.12", Able: from10, Notes: []parley.Note{goMin, goNoRSA}, Knobs: knobs(goOldKnobs, goRSA, goDES), From: goAble},
	{ID: "go-1.24", Name: "Go 1.24.13", Able: from10, Notes: []parley.Note{goMin, goNoRSA}, Knobs: knobs(goOldKnobs, goRSA, goDES, goMLKEM), From: goAble},
	{ID: "go-1.26", Name: "Go 1.26.8", Able: from10, Notes: []parley.Note{goMin, goNoRSA}, Knobs: knobs(goOldKnobs, goRSA, goDES, goMLKEM, goSHA1), From: goAble},
	{ID: "go-1.9", Name: "Go 1.9.7", Knobs: goConfig, Notes: goEnds12},
}}

var (
	godebug  = said("Go, doc/godebug.md", "2026-11-21")
	goPkg    = said("Go, package crypto/tls", "2026-11-21")
	goAble   = []parley.Source{goPkg}
	goMin    = parley.Note{About: parley.AxisVersion, Text: "Go has 1.0 and 1.1 and leaves them off in clients since 1.18", From: said("Go 1.18 release notes", "2022-03")}
	goNoRSA  = parley.Note{About: parley.AxisSuite, Text: "Go leaves RSA key exchange off since 1.22", From: godebug}
	goEnds12 = []parley.Note{{About: parley.AxisVersion, Text: "Go before 1.12 ends at 1.2", From: measured("Go 1.9.7 and 1.11.13")}}

	goNoRSA27 = parley.Note{About: parley.AxisSuite, Text: "Go 1.27 has no GODEBUG for RSA key exchange and 3DES any more",
		From: said("golang/go issue 75316", "2026-08")}

	goRSA = []parley.Knob{{
		Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "GODEBUG=tlsrsakex=1",
		Price: "no forward secrecy; Go 1.27 no longer reads it", From: godebug,
	}}
	goDES = []parley.Knob{{
		Intent: parley.OfferSuites, Grade: parley.Last, Text: "GODEBUG=tls3des=1",
		Price: "blocks of 64 bits (Sweet32); Go 1.27 no longer reads it", From: godebug,
	}}
	goMLKEM = []parley.Knob{{
		Intent: parley.OfferGroups, Grade: parley.Bridge, Text: "GODEBUG=tlsmlkem=0",
		Price: "no post-quantum key exchange", From: godebug,
	}}
	goSHA1 = []parley.Knob{{
		Intent: parley.OfferSchemes, Grade: parley.Bridge, Text: "GODEBUG=tlssha1=1",
		Price: "takes SHA-1 signatures in 1.2", From: godebug,
	}}

	goConfig = []parley.Knob{
		{Intent: parley.OfferSuites, Grade: parley.Best, Text: "tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}", Price: "names the whole list of 1.2", From: goPkg},
		{Intent: parley.OfferGroups, Grade: parley.Best, Text: "tls.Config{CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}}", From: goPkg},
		{Intent: parley.SendServerName, Grade: parley.Best, Text: `tls.Config{ServerName: "NAME"}`, From: goPkg},
		{Intent: parley.OfferALPN, Grade: parley.Best, Text: `tls.Config{NextProtos: []string{"PROTOCOL"}}`, From: goPkg},
	}
	goOldKnobs = knobs([]parley.Knob{{
		Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "tls.Config{MinVersion: tls.VersionTLS10}",
		Price: "1.0 and 1.1 for every connection of this Config", From: goPkg,
	}}, goConfig)
	goKnobs = knobs(goOldKnobs, goMLKEM, goSHA1)
)
