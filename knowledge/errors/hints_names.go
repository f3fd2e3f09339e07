package errors

import "slices"

// ports are the ways in which texts name a port. A number after a colon alone may
// be that of a line in a stack trace.
func ports(numbers ...string) []string {
	var out []string
	for _, n := range numbers {
		for _, before := range []string{"]:", ".com:", ".net:", ".org:", ".local:", ".svc:", "localhost:", ".<n>:", "port ", "port=", "port: ", "port: '", "port "} {
			out = append(out, before+n)
		}
		for _, after := range []string{"/", ",", "'", "\"", ";", ": connect", ": dial", ": read", ": remote", ": tls", ": x509"} {
			out = append(out, ":"+n+after)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// publicHosts are names of large public services: their certificates are in order,
// and millions reach them.
var publicHosts = []string{
	"registry.npmjs.org", "registry.yarnpkg.com", "nodejs.org", "github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "crates.io", "static.rust-lang.org", "googleapis.com",
	"www.google.", "pkg.go.dev", "proxy.golang.org", "sum.golang.org", "rubygems.org", "packagist.org", "repo.maven.apache.org", "repo1.maven.org", "repo.maven", "plugins.gradle.org",
	"services.gradle.org", "jcenter", "amazonaws.com", "cloudfront.net", "huggingface.co", "microsoft.com", "marketplace.visualstudio.com", "api.nuget.org", "powershellgallery.com",
	"login.microsoftonline.com", "docker.io", "registry-1.docker", "index.docker.io", "hub.docker.com", "auth.docker.io", "production.cloudflare.docker.com", "quay.io", "ghcr.io", "gcr.io",
	"registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com", "pypi.org", "pythonhosted.org", "pypi.python.org", "conda.anaconda.org", "repo.anaconda.com", "api.openai.com", "api.anthropic.com",
	"formulae.brew.sh", "deb.debian.org", "archive.ubuntu.com", "registry.terraform.io", "releases.hashicorp.com", "checkpoint-api.hashicorp.com", "api.telegram.org", "slack.com",
	"graph.facebook.com", "api.twitter.com", "api.github", "raw.github", "codeload.github", "dl-cdn.alpinelinux.org", "cdn.jsdelivr.net", "unpkg.com", "playwright.azureedge.net",
	"download.docker.com", "packages.microsoft.com", "security.ubuntu.com", "launchpad.net", "deb.nodesource.com", "apt.kubernetes.io", "pkgs.k8s.io", "apt.postgresql.org", "security.debian.org",
	"archive.debian.org", "mirror.centos.org", "dl.fedoraproject.org", "get.docker.com", "dl.yarnpkg.com", "cdn.cypress.io", "binaries.prisma.sh", "public.ecr.aws", "letsencrypt.org", "api.cloudflare.com",
	"storage.googleapis", "maven.google.com", "dl.google.com", "get.helm.sh", "charts.", "vscode-update", "update.code.visualstudio.com", "sentry.io", "api.stripe.com", "discord.com",
}

// developerTools are programs of developers that fetch from large public sites,
// whatever the text says of the site.
var developerTools = []string{
	"vscode", "Visual Studio Code", "Failed to install extension", "copilot", "azure-cli", "az login", "firebase", "terraform", "gcloud", "nuget", "dotnet restore", "bower", "cypress",
	"puppeteer", "playwright", "electron-builder", "node-gyp", "npx", "corepack", "homebrew", "flutter", "rustup", "cargo", "go get", "go mod", "gradle", "maven", "pip install", "poetry", "conda", "chocolatey", "winget", "composer",
}

// pastHello are signs that the ServerHello and the certificate came.
var pastHello = []string{"Server hello (2)", "SSL_connect:SSLv3/TLS read server hello", "read server certificate A", "verify return:1", "verify return:0", "Server certificate:",
	"TLS write finished", "write client certificate", "write client key exchange", "read finished",
}

// sendsName are signs of clients that send a server name whenever they were given
// one: all current ones do.
var sendsName = []string{
	"OPENSSL_internal:", "net::ERR_", "Chrome", "Firefox", "remote error: tls", "dial tcp", "Get https://", "Get \"https://", "Post \"https://", "rustls", "hyper::Error", "reqwest",
	"AlertReceived(", "received fatal alert: ", "_tls_wrap", "TLSSocket", "node:internal", "onConnectSecure", "write EPROTO", "requests.exceptions", "urllib3", "HTTPSConnectionPool", "aiohttp",
	"java.base/", "System.Net.Http", "System.Security.Authentication", "HandshakeException", "SSL_ERROR_NO_CYPHER_OVERLAP", "curl: (35)", "curl: (56)", "fatal: unable to access",
}

// mayLackName are signs of clients that send one only when told to, or are too
// old for it.
var mayLackName = []string{
	"SSL23_GET_SERVER_HELLO", "s23_clnt.c", "asio", "luasec", "mbedtls", "wolfSSL", "esp-tls", "ESP32", "esp8266", "LWP::", "IO::Socket::SSL", "sun.security.ssl.Alerts.getSSLException",
	"OpenSSL 0.9.8", "OpenSSL 1.0.", "OpenSSL/0.9.8", "OpenSSL/1.0.", "libcurl-nss", "pyOpenSSL", "M2Crypto", "httplib2", "Python-urllib/2", "Python 2.6", "Python 2.7", "python2.7", "python2.6",
	"jdk1.6", "1.6.0_<n>", "Net::HTTPS", "while connecting to upstream", "proxy_pass", "Indy", "TIdSSL", "SSLIOHandler", "Synapse", "Qt", "QSsl",
}

// publicIssuers are names that issuers of public certificates have.
var publicIssuers = []string{
	"Let's Encrypt", "ISRG Root", "DigiCert", "GeoTrust", "Thawte", "RapidSSL", "VeriSign", "Symantec", "Sectigo", "COMODO", "USERTrust", "GlobalSign", "Google Trust Services", "GTS CA", "Amazon RSA",
	"Amazon Root", "Starfield", "Go Daddy", "GoDaddy", "Entrust", "IdenTrust", "Certum", "Buypass", "ZeroSSL", "SSL.com", "Actalis", "QuoVadis", "HARICA", "TeliaSonera", "SwissSign", "WoSign", "StartCom",
	"Baltimore CyberTrust", "Microsoft Azure TLS Issuing", "Cloudflare Inc ECC", "GANDI", "Gandi Standard", "TrustAsia", "AlphaSSL", "InCommon RSA", "TERENA", "GEANT",
}
