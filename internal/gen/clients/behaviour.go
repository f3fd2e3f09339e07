package main

import (
	"strconv"
	"strings"
)

// behaviour condenses what a client did against servers that accept one thing
// only. Without rows it says nothing.
func behaviour(rows map[string]attempt) header {
	var completes, refuses []string
	for _, v := range []string{"1.0", "1.1", "1.2", "1.3"} {
		a, ok := rows["tls"+strings.ReplaceAll(v, ".", "")+"-only"]
		switch {
		case !ok:
		case a.saw("handshake done"):
			completes = append(completes, v)
		default:
			refuses = append(refuses, v)
		}
	}
	return header{
		{"completes", strings.Join(completes, " ")},
		{"refuses", strings.Join(refuses, " ")},
		{"dh", smallestPrime(rows)},
		{"rsa", smallestKey(rows)},
		{"demands", demands(rows)},
	}
}

// smallestPrime is the smallest finite-field prime that was tried and taken;
// empty if none was, as with clients that offer no such suites.
func smallestPrime(rows map[string]attempt) string {
	for _, bits := range []int{512, 768, 1024, 1536, 2048} {
		n := strconv.Itoa(bits)
		if a, ok := rows["dh"+n]; ok && a.saw("accepted") {
			return n
		}
	}
	return ""
}

// smallestKey is 1024 if an RSA key of 1,024 bits was taken (none smaller was
// tried), 2048 if it was refused on the wire; empty if the client's word is
// not enough to tell.
func smallestKey(rows map[string]attempt) string {
	a, ok := rows["rsa1024-cert"]
	switch {
	case !ok || !rows["ok"].saw("handshake done"):
	case a.Exit == 0 && a.saw("handshake done"):
		return "1024"
	case !a.saw("handshake done"):
		return "2048"
	}
	return ""
}

// demands looks at the server that does not answer renegotiation_info (RFC
// 5746). Exit statuses do not tell: some clients give up with status 0, some
// go on and stumble over what comes after the handshake.
func demands(rows map[string]attempt) string {
	a := rows["no-secure-reneg"]
	if strings.Contains(a.Message, "legacy renegotiation") ||
		a.saw("A TLS fatal alert has been received") && !a.saw("- Description:") {
		return "renegotiation"
	}
	return ""
}

func (a attempt) saw(what string) bool {
	for _, s := range a.ServerAt {
		if strings.Contains(s, what) {
			return true
		}
	}
	return false
}
