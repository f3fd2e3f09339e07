package clients

import "github.com/parley-tls/parley"

var chromeFamily = family{Name: "chrome", Stack: "boringssl", Clients: []entry{
	{ID: "chrome", Name: "Chrome 156", Aliases: []string{"chromium", "chrome-156", "chromium-156"}, Notes: chromeToday},
	{ID: "chromium-109", Name: "Chromium 109", Aliases: []string{"chrome-109", "chromium-103"}, Notes: chromeNo10},
	{ID: "chromium-117", Name: "Chromium 117", Aliases: []string{"chrome-117", "chromium-112"}, Notes: chromeNo10},
	{ID: "chromium-123", Name: "Chromium 123", Aliases: []string{"chrome-123"}, Notes: chromeNo10},
	{ID: "chromium-130", Name: "Chromium 130", Aliases: []string{"chrome-130", "chromium-126"}, Notes: chromeKyber},
	{ID: "chromium-131", Name: "Chromium 131", Aliases: []string{"chrome-131"}, Notes: chromeToday},
	{ID: "chromium-143", Name: "Chromium 143", Aliases: []string{"chrome-143", "chromium-138"}, Notes: chromeToday},
	{ID: "chromium-64", Name: "Chromium 64", Aliases: []string{"chrome-64"}, Notes: chromeEnds12, Knobs: chromeOld},
	{ID: "chromium-67", Name: "Chromium 67", Aliases: []string{"chrome-67"}, Notes: chromeEnds12, Knobs: chromeOld},
	{
		ID: "chromium-72", Name: "Chromium 72", Aliases: []string{"chrome-72"},
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "Chromium 72 tries again without 1.3", From: measured("Chromium 72")}},
	},
	{ID: "chromium-78", Name: "Chromium 78", Aliases: []string{"chrome-78"}},
	{ID: "chromium-80", Name: "Chromium 80", Aliases: []string{"chrome-80"}},
	{ID: "chromium-90", Name: "Chromium 90", Aliases: []string{"chrome-90", "chromium-88"}},
	{
		ID: "chromium-92", Name: "Chromium 92", Aliases: []string{"chrome-92"},
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "Chromium 92 offers 1.0 and 1.1 and then refuses them", From: measured("Chromium 92")}},
	},
}}

var (
	chromeEnds12 = []parley.Note{{About: parley.AxisVersion, Text: "Chrome before 70 ends at 1.2", From: said("Chrome release notes; caniuse tls1-3", "2018-10")}}
	chromeNo10   = []parley.Note{{About: parley.AxisVersion, Text: "Chrome has no 1.0 and 1.1 since 98", From: said("caniuse tls1-1", "2022-02")}}
	chromeKyber  = append([]parley.Note{{
		About: parley.AxisGroup, Text: "its hello needs two packets: it carries a share of X25519Kyber768Draft00",
		From: measured("Chromium 126 and 130"),
	}}, chromeNo10...)
	chromeToday = append([]parley.Note{{
		About: parley.AxisGroup, Text: "its hello needs two packets: it carries a share of X25519MLKEM768",
		From: measured("Chromium 131 to 156"),
	}}, chromeNo10...)
	chromeOld = []parley.Knob{{
		Intent: parley.UpgradeClient, Grade: parley.Best, Text: "Chrome 70 or later",
		From: said("Google Security Blog, Modernizing Transport Security", "2018-10"),
	}}
)
