package certificates

import (
	"fmt"
	"strings"

	"github.com/parley-tls/parley/pkix"
)

// Words say a problem of a chain in one clause.
func Words(p pkix.Problem) string {
	who := p.Role.String()
	if p.Role == pkix.RoleUnknown {
		who = "certificate"
	}
	if p.Certificate != nil && p.Role != pkix.Leaf {
		who += " " + p.Certificate.Subject.Short()
	}
	switch p.Kind {
	case pkix.NoCertificate:
		return "no certificate was sent"
	case pkix.Malformed:
		return "the " + who + " breaks the rules of encoding: " + p.Value
	case pkix.NoPath:
		return noPathWords(p)
	case pkix.PartialPath:
		return "the path ends in " + who + ", which another one issued"
	case pkix.Distrusted:
		return p.Value + " is no longer trusted by " + p.Want
	case pkix.BadSignature:
		return "the signature of the " + who + " is not by its issuer"
	case pkix.Expired:
		return "the " + who + " ended on " + day(p.Value)
	case pkix.NotYetValid:
		return "the " + who + " begins on " + day(p.Value)
	case pkix.NameMismatch, pkix.IPNotNamed:
		return "the leaf names " + few(p.Names) + " and not what was asked for"
	case pkix.NoSAN:
		return "the leaf has no subjectAltName, and clients look nowhere else"
	case pkix.NotCA:
		return "the " + who + " issues, and is no CA"
	case pkix.PathTooLong:
		return "the " + who + " does not allow so many CAs below it"
	case pkix.WrongKeyUsage, pkix.WrongExtKeyUsage:
		if p.Value == "" {
			return "the " + who + " does not say " + p.Want
		}
		return fmt.Sprintf("the %s is for %s, and not for %s", who, p.Value, p.Want)
	case pkix.Constrained:
		return "the name constraints of the " + who + " exclude the leaf: " + p.Value
	case pkix.CriticalUnknown:
		return "the " + who + " has a critical extension that clients do not know: " + p.Value
	case pkix.KeyTooSmall:
		return fmt.Sprintf("the %s has a key of %d bits, less than %d", who, p.Bits, p.Least)
	case pkix.WeakDigest:
		return "the signature of the " + who + " is by " + p.Value
	case pkix.LeafIsCA:
		return "the leaf is a CA"
	case pkix.NoStaple:
		return "the leaf demands a stapled OCSP response, and none came"
	case pkix.WrongOrder:
		return "the certificates do not follow one another"
	case pkix.Superfluous:
		return who + " stands in no path"
	case pkix.RootSent:
		return "the " + who + " was sent, and clients have it"
	}
	text := strings.ReplaceAll(p.Kind.String(), "-", " ") + ": " + who
	if p.Value != "" {
		text += ", " + p.Value
	}
	return text
}

func noPathWords(p pkix.Problem) string {
	switch p.Why {
	case pkix.SelfSignedLeaf:
		return "the leaf is its own issuer"
	case pkix.RootUntrusted:
		return "the chain ends in " + p.Certificate.Subject.Short() + ", which no root program has"
	case pkix.StaleCA:
		return p.Pool + " has the issuer's name with another key"
	}
	return "the issuer was not sent: " + p.Issuer
}

func day(text string) string {
	date, _, _ := strings.Cut(text, "T")
	return date
}

// few are the first names of many.
func few(names []string) string {
	const most = 3
	if len(names) == 0 {
		return "nothing"
	}
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
