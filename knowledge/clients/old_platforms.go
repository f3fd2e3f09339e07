package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var androidFamily = family{Name: "android", Stack: "openssl", Clients: []entry{{
	ID: "android-4.4", Name: "Android 4.4 (API level 19)", Aliases: []string{"android-4", "android-4.1", "android-4.2", "android-4.3", "kitkat"},
	Able: upTo12,
	Notes: []parley.Note{
		{About: parley.AxisVersion, Text: "Android 4.1 to 4.4 have 1.1 and 1.2 and leave them off", From: androidSocket},
	},
	Knobs: []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: `SSLSocket.setEnabledProtocols(new String[]{"TLSv1.1", "TLSv1.2"})`,
			Price: "a SocketFactory of the app's own", From: androidSocket,
		},
		{
			Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: "ProviderInstaller.installIfNeeded(context)",
			Price: "needs Google Play services", From: said("Android developers, Update your security provider", "2026-11-21"),
		},
		{Intent: parley.OfferSuites, Grade: parley.Best, Text: "SSLSocket.setEnabledCipherSuites(socket.getSupportedCipherSuites())", Price: "offers export suites too", From: androidSocket},
		{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: "Android 5.0 or later", From: androidSocket},
		{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS13, iana.TLS13}, Text: "Android 10 or later", From: androidSocket},
	},
	From: []parley.Source{androidSocket},
}}}

var androidSocket = said("Android developers, SSLSocket, protocols by API level", "2026-11-21")

var dotnetFamily = family{Name: "dotnet", Stack: "schannel", Clients: []entry{{
	ID: "dotnet-4.5", Name: ".NET Framework 4.5 (Windows 7)", Aliases: []string{"dotnet", "dotnet-4.0", "dotnet-4.5.2", "net45", ".net-4.5"},
	Able: upTo12,
	Notes: []parley.Note{
		{About: parley.AxisVersion, Text: ".NET 4.5 has 1.1 and 1.2 and leaves them off", From: dotnetTLS},
	},
	Knobs: []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12},
			Text:  `reg add HKLM\SOFTWARE\Microsoft\.NETFramework\v4.0.30319 /v SchUseStrongCrypto /t REG_DWORD /d 1`,
			Price: `every .NET 4 program of this machine; 32-bit programs read HKLM\SOFTWARE\Wow6432Node`, From: dotnetTLS,
		},
		{
			Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS12},
			Text: "ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12", From: dotnetTLS,
		},
		{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: "target .NET Framework 4.7 or later", From: dotnetTLS},
		{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS13, iana.TLS13}, Text: "target .NET Framework 4.8 or later, on Windows 11 or Windows Server 2022", From: dotnetTLS},
	},
	From: []parley.Source{dotnetTLS},
}}}

var dotnetTLS = said("https://learn.microsoft.com/pl-pl/dotnet/framework/network-programming/tls and https://github.com/dotnet/docs/pull/52688, docs/framework/network-programming/tls.md", "2026-11-22")
