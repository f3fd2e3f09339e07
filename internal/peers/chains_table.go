package peers

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

type oids = []asn1.ObjectIdentifier

var (
	oidNameConstraints = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidAuthorityInfo   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
	oidTLSFeature      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24} // RFC 7633, Section 6
	oidCAIssuers       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 2}
	oidOurs            = asn1.ObjectIdentifier{2, 25, 7025} // nobody knows it
)

// chainRecipes are the chains: those without a fault, those with the wrong
// certificates, those out of their time, those with the wrong name, those of
// keys and digests that not every client takes, and those whose fields are at
// fault.
var chainRecipes = []chainRecipe{
	{name: "good", make: (*kit).whole},
	{name: "root-sent", make: func(k *kit) { k.serve(k.issueLeaf(), k.intermediate(), k.roots[0]) }},
	{name: "superfluous", make: func(k *kit) { k.serve(k.issueLeaf(), k.intermediate(), k.selfSigned(k.other)) }},
	{name: "repeated-leaf", make: func(k *kit) {
		leaf := k.issueLeaf()
		k.serve(leaf, leaf, k.intermediate())
	}},
	{name: "wrong-order", make: func(k *kit) {
		// RFC 5246, Section 7.4.2, wants each to certify the one before it;
		// RFC 8446, Section 4.4.2, no longer does.
		lower := issuer{name: "parley peers lower intermediate", key: k.other.key}
		k.serve(k.issue(k.leaf, lower), k.intermediate(), k.issue(k.ca(lower), k.inter))
	}},
	{name: "wildcard", make: func(k *kit) {
		k.leaf.subject, k.leaf.dns = "*.shop.example", []string{"*.shop.example"}
		k.ask = "www.shop.example"
		k.whole()
	}},
	{name: "p256", make: func(k *kit) { k.use(p256Key()) }},
	{name: "p384", make: func(k *kit) { k.use(p384Key()) }},

	{name: "missing-intermediate", fault: "the intermediate is not sent", make: func(k *kit) {
		k.serve(k.issueLeaf())
		k.absent = [][]byte{k.intermediate()}
	}},
	{name: "root-for-intermediate", fault: "the root is sent in place of the intermediate", make: func(k *kit) {
		k.serve(k.issueLeaf(), k.roots[0])
		k.absent = [][]byte{k.intermediate()}
	}},
	{name: "self-signed", fault: "the leaf is its own issuer", make: func(k *kit) {
		key := k.signer(chainLeafKey())
		k.serve(k.issue(k.leaf, issuer{name: k.leaf.subject, key: key}))
	}},
	{name: "untrusted-root", fault: "of a private CA, whose root is not sent", make: func(k *kit) {
		k.whole()
		k.trust(k.selfSigned(k.other))
	}},
	{name: "untrusted-root-sent", fault: "of a private CA, whose root is sent", make: func(k *kit) {
		k.serve(k.issueLeaf(), k.intermediate(), k.roots[0])
		k.trust(k.selfSigned(k.other))
	}},
	{name: "stale-ca", fault: "the client trusts an older CA of the same name", make: func(k *kit) {
		k.whole()
		k.trust(k.selfSigned(issuer{name: rootName, key: k.other.key}))
	}},
	{name: "key-mismatch", fault: "the private key is not the leaf's", make: func(k *kit) {
		k.whole()
		f, err := keyFileOf(k.inter.key)
		k.note(err)
		k.key = f
	}},
	{name: "not-a-ca", fault: "the intermediate is no CA", make: func(k *kit) {
		inter := k.ca(k.inter)
		inter.ca, inter.usage = false, x509.KeyUsageDigitalSignature
		k.serve(k.issueLeaf(), k.issue(inter, k.root))
	}},
	{name: "path-too-long", fault: "the intermediate may not issue CAs", make: func(k *kit) {
		lower := issuer{name: "parley peers lower intermediate", key: k.other.key}
		inter := k.ca(k.inter)
		inter.pathLen = 1 // zero below it
		k.serve(k.issue(k.leaf, lower), k.issue(k.ca(lower), k.inter), k.issue(inter, k.root))
	}},

	{name: "expired", fault: "the leaf ended ten days ago", make: func(k *kit) {
		k.leaf.from, k.leaf.until = -100*day, -10*day
		k.whole()
	}},
	{name: "not-yet-valid", fault: "the leaf begins in ten days", make: func(k *kit) {
		k.leaf.from, k.leaf.until = 10*day, 100*day
		k.whole()
	}},
	{name: "expired-intermediate", fault: "the intermediate ended ten days ago", make: func(k *kit) {
		inter := k.ca(k.inter)
		inter.from, inter.until = -1000*day, -10*day
		k.serve(k.issueLeaf(), k.issue(inter, k.root))
	}},
	{name: "expired-root", fault: "the only root ended ten days ago", make: func(k *kit) {
		root := k.ca(k.root)
		root.from, root.until = -3000*day, -10*day
		k.trust(k.issue(root, k.root))
		k.whole()
	}},
	// As DST Root CA X3: the path that is sent ends at an expired root that the
	// client has, and the client has a valid one as well.
	{name: "expired-root-path", fault: "sent with a path to an expired root, beside a valid root", make: func(k *kit) {
		old := k.ca(k.other)
		old.from, old.until = -3000*day, -10*day
		k.trust(k.roots[0], k.issue(old, k.other))
		k.serve(k.issueLeaf(), k.intermediate(), k.issue(k.ca(k.root), k.other))
	}},
	// As AddTrust External CA Root: the expired path is sent to its end, and the
	// client has the valid root alone.
	{name: "expired-cross-sign", fault: "sent with an expired path, beside a valid root", make: func(k *kit) {
		old, cross := k.ca(k.other), k.ca(k.root)
		old.from, old.until = -3000*day, -10*day
		cross.from, cross.until = -3000*day, -10*day
		k.serve(k.issueLeaf(), k.intermediate(), k.issue(cross, k.other), k.issue(old, k.other))
	}},

	{name: "wrong-host", fault: "the leaf is for another name", make: func(k *kit) {
		k.leaf.subject, k.leaf.dns = "other.example", []string{"other.example"}
		k.whole()
	}},
	{name: "wildcard-too-deep", fault: "the wildcard stands for one label, not for two", make: func(k *kit) {
		k.leaf.subject, k.leaf.dns = "*.shop.example", []string{"*.shop.example"}
		k.ask = "a.www.shop.example"
		k.whole()
	}},
	{name: "cn-only", fault: "the name stands in the subject alone", make: func(k *kit) {
		k.leaf.dns = nil
		k.whole()
	}},
	{name: "ip-no-san", fault: "asked for by address, which the leaf does not have", make: func(k *kit) {
		k.ask = loopback.String()
		k.whole()
	}},
	{name: "ip-as-dns", fault: "the address stands in the leaf as a DNS name", make: func(k *kit) {
		k.ask = loopback.String()
		k.leaf.dns = append(k.leaf.dns, k.ask)
		k.whole()
	}},
	{name: "ip", make: func(k *kit) {
		k.ask = loopback.String()
		k.leaf.ips = []net.IP{net.ParseIP(k.ask)}
		k.whole()
	}},

	{name: "rsa1024", fault: "the leaf's key is RSA of 1,024 bits", make: func(k *kit) {
		k.weak = true
		k.use(rsa1024Key())
	}},
	{name: "sha1", fault: "the leaf is signed with SHA-1", make: func(k *kit) {
		k.weak, k.leaf.hash = true, crypto.SHA1
		k.whole()
	}},
	{name: "sha1-intermediate", fault: "the intermediate is signed with SHA-1", make: func(k *kit) {
		k.weak = true
		inter := k.ca(k.inter)
		inter.hash = crypto.SHA1
		k.serve(k.issueLeaf(), k.issue(inter, k.root))
	}},
	{name: "md5", fault: "the leaf is signed with MD5", make: func(k *kit) {
		k.weak, k.leaf.hash = true, crypto.MD5
		k.whole()
	}},
	{name: "ed25519", fault: "the leaf's key is Ed25519, which few clients take", make: func(k *kit) { k.use(ed25519Key()) }},
	{name: "secp224r1", fault: "the leaf's key is of secp224r1", make: func(k *kit) {
		k.weak = true
		k.use(p224Key())
	}},
	{name: "brainpool", fault: "the leaf's key is of brainpoolP256r1", make: func(k *kit) {
		k.key = brainpoolKey()
		k.leaf.public, k.leaf.usage = k.key.spki, x509.KeyUsageDigitalSignature
		k.whole()
	}},

	{name: "ca-leaf", fault: "the leaf is a CA", make: func(k *kit) {
		k.leaf.ca = true
		k.whole()
	}},
	{name: "client-eku", fault: "the leaf is for clients only", make: func(k *kit) {
		k.leaf.ekus = oids{oidClientAuth}
		k.whole()
	}},
	{name: "keyusage", fault: "the leaf's key is for signing CRLs only", make: func(k *kit) {
		k.leaf.usage = x509.KeyUsageCRLSign
		k.whole()
	}},
	{name: "critical-extension", fault: "the leaf has a critical extension that nobody knows", make: func(k *kit) {
		k.leaf.extra = []extension{{id: oidOurs, critical: true, value: []byte{5, 0}}}
		k.whole()
	}},
	{name: "name-constraints", fault: "the intermediate may issue for another domain only", make: func(k *kit) {
		inter := k.ca(k.inter)
		inter.extra = []extension{nameConstraints("other.example")}
		k.serve(k.issueLeaf(), k.issue(inter, k.root))
	}},
	{name: "must-staple", fault: "the leaf wants an OCSP response stapled, and none is", make: func(k *kit) {
		k.leaf.extra = []extension{mustStaple()}
		k.whole()
	}},
	{name: "negative-serial", fault: "the leaf's serial number is negative", make: func(k *kit) {
		k.leaf.serial = big.NewInt(-7025)
		k.whole()
	}},
	{name: "zero-serial", fault: "the leaf's serial number is zero", make: func(k *kit) {
		k.leaf.serial = new(big.Int)
		k.whole()
	}},
	{name: "version-1", fault: "the leaf is of version 1", make: func(k *kit) {
		k.leaf.v1 = true
		k.whole()
	}},
	{name: "duplicate-extension", fault: "the leaf has an extension twice", make: func(k *kit) {
		k.leaf.extra = []extension{{id: oidExtKeyUsage, value: der(func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidServerAuth) })
		})}}
		k.whole()
	}},
	{name: "malformed-san", fault: "the leaf's names are cut short", make: func(k *kit) {
		k.leaf.dns = nil
		k.leaf.extra = []extension{{id: oidSubjectAltName, value: []byte{0x30, 0x0e, 0x82, 0x0c, 's', 'h', 'o', 'p'}}}
		k.whole()
	}},
	{name: "long-lived", fault: "the leaf is valid for ten years", make: func(k *kit) {
		k.leaf.from, k.leaf.until = -day, 3650*day
		k.whole()
	}},
}

// use gives server and leaf a key of another kind and serves a whole chain.
func (k *kit) use(key crypto.Signer, err error) {
	k.useKey(k.signer(key, err))
	k.whole()
}

// nameConstraints permits one domain and what is below it
// (RFC 5280, Section 4.2.1.10).
func nameConstraints(domain string) extension {
	return extension{id: oidNameConstraints, critical: true, value: der(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(domain)) })
				})
			})
		})
	})}
}

// caIssuers says where the issuer's certificate is (RFC 5280, Section 4.2.2.1).
func caIssuers(url string) extension {
	return extension{id: oidAuthorityInfo, value: der(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidCAIssuers)
				b.AddASN1(cbasn1.Tag(6).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(url)) })
			})
		})
	})}
}

// mustStaple is the TLS feature of status_request(5) (RFC 7633, Section 4.1).
func mustStaple() extension {
	return extension{id: oidTLSFeature, value: der(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(5) })
	})}
}
