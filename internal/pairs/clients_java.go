package pairs

import (
	_ "embed"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

//go:embed testdata/Client.java
var javaSource []byte

// javaClasses compiles the client once for the life of the process.
var javaClasses = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pairjava")
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "Client.java")
	if err := os.WriteFile(source, javaSource, 0o644); err != nil {
		return "", err
	}
	if out, err := exec.Command("javac", "-proc:none", "-d", dir, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("pairs: javac: %w: %s", err, out)
	}
	return dir, nil
})

// runJava runs the client of testdata/Client.java. The options: versions=
// suites= alpn= name= disabled=, groups= and schemes= with commas; others are
// handed to the JVM.
func (c ClientSpec) runJava(to netip.AddrPort) (printed, error) {
	classes, err := javaClasses()
	if err != nil {
		return printed{}, err
	}
	argv := []string{"java", "-cp", classes, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"}
	for _, o := range c.Options {
		name, value, _ := strings.Cut(o, "=")
		switch name {
		case "versions", "suites", "alpn", "name", "disabled":
			argv = append(argv, "-Dclient."+name+"="+value)
		case "groups":
			argv = append(argv, "-Djdk.tls.namedGroups="+value)
		case "schemes":
			argv = append(argv, "-Djdk.tls.client.SignatureSchemes="+value)
		default:
			argv = append(argv, o)
		}
	}
	text, err := command(append(argv, "Client", to.Addr().String(), fmt.Sprint(to.Port())))
	p := printed{text: text}
	if err == nil {
		_, key, ok := strings.Cut(text, "completed ")
		p.ok, p.key = ok, strings.TrimSpace(key)
	}
	return p, nil
}
