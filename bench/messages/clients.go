package main

// client is a program that speaks TLS as a client: a line for each, or for each
// version of it.
type client struct {
	Name string
	// Version is the command that prints its version; Command is how it connects.
	// Both are split at blanks. In Command and Script these are replaced:
	//
	//	$ADDR $PORT   where the server is
	//	$HOST         the name to ask for and to verify
	//	$URL          https://$HOST:$PORT/
	//	$HERE         https://$ADDR:$PORT/, for what cannot be told where a name is
	//	$CA           a file with the root to trust
	Version, Command string
	// Script is a last argument of Command.
	Script string
	// File is a file that is written before the program runs: its name and content.
	File, Content string
}

var clients = []client{
	{Name: "openssl", Version: "openssl version", Command: "openssl s_client -brief -verify_return_error -verify_hostname $HOST -CAfile $CA -servername $HOST -connect $ADDR:$PORT"},
	{Name: "openssl 1.2", Version: "openssl version", Command: "openssl s_client -tls1_2 -verify_return_error -verify_hostname $HOST -CAfile $CA -servername $HOST -connect $ADDR:$PORT"},
	{Name: "openssl 1.0", Version: "openssl version", Command: "openssl s_client -tls1 -cipher DEFAULT@SECLEVEL=0 -CAfile $CA -servername $HOST -connect $ADDR:$PORT"},
	{Name: "curl", Version: "curl --version", Command: "curl -sS --max-time 5 --cacert $CA --resolve $HOST:$PORT:$ADDR $URL"},
	{Name: "curl -v", Version: "curl --version", Command: "curl -sSv --max-time 5 --cacert $CA --resolve $HOST:$PORT:$ADDR $URL"},
	{Name: "gnutls-cli", Version: "gnutls-cli --version", Command: "gnutls-cli --x509cafile $CA --sni-hostname $HOST --verify-hostname $HOST -p $PORT $ADDR"},
	{Name: "wget", Version: "wget --version", Command: "wget -nv -O - --timeout=5 --tries=1 --ca-certificate=$CA $HERE"},
	{Name: "git", Version: "git --version", Command: "git -c http.sslCAInfo=$CA -c http.curloptResolve=$HOST:$PORT:$ADDR ls-remote $URL"},
	{Name: "aria2", Version: "aria2c --version", Command: "aria2c --ca-certificate=$CA --connect-timeout=4 --timeout=4 --max-tries=1 -o out $HERE"},
	{Name: "lftp", Version: "lftp --version", Command: "lftp -e", Script: "set ssl:ca-file $CA; set net:max-retries 1; set net:timeout 4; open $HERE; ls; exit"},
	{Name: "socat", Version: "socat -V", Command: "socat -u OPENSSL:$ADDR:$PORT,cafile=$CA,snihost=$HOST,commonname=$HOST,connect-timeout=4 STDOUT"},
	{Name: "psql", Version: "psql --version", Command: "psql", Script: "host=$HOST hostaddr=$ADDR port=$PORT sslmode=verify-full sslrootcert=$CA connect_timeout=4"},
	{Name: "mariadb", Version: "mariadb --version", Command: "mariadb --connect-timeout=4 --ssl-verify-server-cert --ssl-ca=$CA -h $ADDR -P $PORT -e quit"},
	{Name: "redis-cli", Version: "redis-cli --version", Command: "redis-cli --tls --cacert $CA --sni $HOST -h $ADDR -p $PORT ping"},
	{Name: "mosquitto", Version: "mosquitto_pub --help", Command: "mosquitto_pub --cafile $CA -h $ADDR -p $PORT -t a -m b"},
	{Name: "ldapsearch", Version: "ldapsearch -VV", Command: "env LDAPTLS_CACERT=$CA ldapsearch -x -o nettimeout=4 -H ldaps://$ADDR:$PORT -b dc=a"},
	{Name: "msmtp", Version: "msmtp --version", Command: "msmtp --serverinfo --host=$ADDR --port=$PORT --timeout=4 --tls --tls-starttls=off --tls-trust-file=$CA"},
	{Name: "swaks", Version: "swaks --version", Command: "swaks --tls-on-connect --tls-verify --tls-ca-path $CA --timeout 4 --server $ADDR --port $PORT --to a@example.com --quit-after CONNECT"},
	{Name: "Python ssl", Version: "python3 --version", Command: "python3 -c", Script: `
import socket, ssl
c = ssl.create_default_context(cafile="$CA")
s = c.wrap_socket(socket.create_connection(("$ADDR", $PORT), 4), server_hostname="$HOST")
s.sendall(b"GET / HTTP/1.0\r\n\r\n")
s.recv(99)
`},
	{Name: "Python urllib", Version: "python3 --version", Command: "python3 -c", Script: `
import ssl, urllib.request
urllib.request.urlopen("$HERE", timeout=4, context=ssl.create_default_context(cafile="$CA")).read(99)
`},
	{Name: "Node.js tls", Version: "node --version", Command: "node -e", Script: `
const fs = require("fs"), tls = require("tls")
const s = tls.connect({host: "$ADDR", port: $PORT, servername: "$HOST", ca: fs.readFileSync("$CA")}, () => s.write("GET / HTTP/1.0\r\n\r\n"))
s.setTimeout(4000, () => { throw new Error("timeout") })
s.on("data", () => process.exit(0))
`},
	{Name: "Node.js https", Version: "node --version", Command: "node -e", Script: `
const fs = require("fs"), https = require("https")
https.get({host: "$ADDR", port: $PORT, servername: "$HOST", path: "/", timeout: 4000, ca: fs.readFileSync("$CA")}, () => process.exit(0))
`},
	{Name: "Node.js fetch", Version: "node --version", Command: "env NODE_EXTRA_CA_CERTS=$CA node -e", Script: `
fetch("$HERE", {signal: AbortSignal.timeout(4000)}).then(() => process.exit(0))
`},
	{Name: "Ruby", Version: "ruby --version", Command: "ruby -e", Script: `
require "net/http"
h = Net::HTTP.new("$ADDR", $PORT)
h.use_ssl, h.ca_file, h.open_timeout, h.ssl_timeout, h.read_timeout = true, "$CA", 4, 4, 4
h.get("/")
`},
	{Name: "PHP streams", Version: "php --version", Command: "php -r", Script: `
$c = stream_context_create(["ssl" => ["cafile" => "$CA", "peer_name" => "$HOST"], "http" => ["timeout" => 4]]);
exit(file_get_contents("$HERE", false, $c) === false ? 1 : 0);
`},
	{Name: "PHP curl", Version: "php --version", Command: "php -r", Script: `
$h = curl_init("$URL");
curl_setopt_array($h, [CURLOPT_CAINFO => "$CA", CURLOPT_TIMEOUT => 4, CURLOPT_RESOLVE => ["$HOST:$PORT:$ADDR"], CURLOPT_RETURNTRANSFER => true]);
curl_exec($h);
echo "cURL error ", curl_errno($h), ": ", curl_error($h), "\n";
exit(curl_errno($h));
`},
	{Name: "Perl IO::Socket::SSL", Version: "perl --version", Command: "perl -e", Script: `
use IO::Socket::SSL;
my $s = IO::Socket::SSL->new(PeerHost => "$ADDR", PeerPort => $PORT, SSL_hostname => "$HOST", SSL_verifycn_name => "$HOST", SSL_ca_file => "$CA", Timeout => 4)
  or die "failed to connect or TLS handshake: $!, $SSL_ERROR";
`},
	{Name: "Perl LWP", Version: "perl --version", Command: "perl -e", Script: `
use LWP::UserAgent;
my $r = LWP::UserAgent->new(timeout => 4, ssl_opts => {SSL_ca_file => "$CA"})->get("$HERE");
print $r->status_line, "\n", $r->content;
exit($r->is_success ? 0 : 1);
`},
	{Name: "Erlang", Version: "erl -noshell -eval io:format(erlang:system_info(otp_release)),halt().", Command: "erl -noshell -eval", Script: `
application:ensure_all_started(ssl),
R = ssl:connect("$ADDR", $PORT, [{verify, verify_peer}, {cacertfile, "$CA"}, {server_name_indication, "$HOST"}, {active, false}], 4000),
io:format("~p~n", [R]),
timer:sleep(100),
case R of {ok, S} -> io:format("~p~n", [ssl:recv(S, 0, 500)]), halt(0); _ -> halt(1) end.
`},
	{Name: "Go", Version: "go version", Command: "go run client.go $ADDR:$PORT $HOST $CA", File: "client.go", Content: goClient},
	{Name: "Java", Version: "java --version", Command: "java Client.java $ADDR $PORT $HOST $CA", File: "Client.java", Content: javaClient},
}

const goClient = `package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	pem, _ := os.ReadFile(os.Args[3])
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 4 * time.Second}, "tcp", os.Args[1], &tls.Config{ServerName: os.Args[2], RootCAs: pool})
	if err == nil {
		c.SetDeadline(time.Now().Add(time.Second))
		fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
		_, err = c.Read(make([]byte, 99))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
`

const javaClient = `import java.io.*;
import java.net.*;
import java.security.*;
import java.security.cert.*;
import javax.net.ssl.*;

public class Client {
	public static void main(String[] a) throws Exception {
		KeyStore ks = KeyStore.getInstance(KeyStore.getDefaultType());
		ks.load(null, null);
		try (InputStream in = new FileInputStream(a[3])) {
			ks.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
		} catch (CertificateException e) {
		}
		TrustManagerFactory t = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		t.init(ks);
		SSLContext c = SSLContext.getInstance("TLS");
		c.init(null, t.getTrustManagers(), null);
		Socket plain = new Socket(a[0], Integer.parseInt(a[1]));
		plain.setSoTimeout(4000);
		SSLSocket s = (SSLSocket) c.getSocketFactory().createSocket(plain, a[2], Integer.parseInt(a[1]), true);
		SSLParameters p = s.getSSLParameters();
		p.setEndpointIdentificationAlgorithm("HTTPS");
		s.setSSLParameters(p);
		s.startHandshake();
		s.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
		s.getInputStream().read();
	}
}
`
