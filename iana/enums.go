package iana

// KeyExchange is how a cipher suite of before TLS 1.3 agrees on a secret. The
// zero value is unknown.
type KeyExchange uint8

// Key exchanges.
const (
	KxRSA      KeyExchange = iota + 1 // the client encrypts the secret to the certificate
	KxDHE                             // ephemeral, finite field
	KxECDHE                           // ephemeral, elliptic
	KxDH                              // static: the certificate holds the share
	KxECDH                            // static, elliptic
	KxDHAnon                          // ephemeral, nobody authenticated
	KxECDHAnon                        // ephemeral, elliptic, nobody authenticated
	KxPSK                             // RFC 4279
	KxDHEPSK                          // RFC 4279
	KxECDHEPSK                        // RFC 5489
	KxRSAPSK                          // RFC 4279
	KxSRP                             // RFC 5054
	KxGOST                            // RFC 9189
	KxKRB5                            // RFC 2712
	KxECCPWD                          // RFC 8492
	KxECJPAKE                         // draft-cragie-tls-ecjpake-01
	KxCECPQ1                          // BoringSSL's trial of 2016
	KxFortezza                        // RFC 6101
	KxSM2                             // TLCP: static
	KxSM2DHE                          // TLCP: ephemeral
	KxIBC                             // TLCP: identity-based
	KxTLS13                           // negotiated apart, by group and scheme
	KxNull                            // none
)

var keyExchangeNames = [...]string{
	KxRSA: "RSA", KxDHE: "DHE", KxECDHE: "ECDHE", KxDH: "DH", KxECDH: "ECDH", KxDHAnon: "DH_anon", KxECDHAnon: "ECDH_anon",
	KxPSK: "PSK", KxDHEPSK: "DHE_PSK", KxECDHEPSK: "ECDHE_PSK", KxRSAPSK: "RSA_PSK", KxSRP: "SRP", KxGOST: "GOST", KxKRB5: "KRB5",
	KxECCPWD: "ECCPWD", KxECJPAKE: "ECJPAKE", KxCECPQ1: "CECPQ1", KxFortezza: "FORTEZZA", KxSM2: "SM2", KxSM2DHE: "SM2DHE", KxIBC: "IBC",
	KxTLS13: "TLS13", KxNull: "NULL",
}

// String returns the name that cipher suites give the key exchange.
func (k KeyExchange) String() string { return enumName(keyExchangeNames[:], int(k)) }

// Auth is how a cipher suite of before TLS 1.3 authenticates the server. The
// zero value is unknown.
type Auth uint8

// Authentications.
const (
	AuthRSA      Auth = iota + 1
	AuthDSS           // DSA
	AuthECDSA         // also Ed25519 and Ed448 (RFC 8422, Section 2)
	AuthAnon          // nobody
	AuthPSK           // RFC 4279
	AuthSRP           // RFC 5054: the password alone
	AuthGOST          // RFC 9189
	AuthKRB5          // RFC 2712
	AuthPassword      // ECCPWD and ECJPAKE
	AuthFortezza      // RFC 6101
	AuthSM2           // TLCP
	AuthIBS           // TLCP: identity-based
	AuthTLS13         // negotiated apart, by scheme
	AuthNull          // none
)

var authNames = [...]string{
	AuthRSA: "RSA", AuthDSS: "DSS", AuthECDSA: "ECDSA", AuthAnon: "anon", AuthPSK: "PSK", AuthSRP: "SRP", AuthGOST: "GOST",
	AuthKRB5: "KRB5", AuthPassword: "password", AuthFortezza: "FORTEZZA", AuthSM2: "SM2", AuthIBS: "IBS", AuthTLS13: "TLS13", AuthNull: "NULL",
}

// String returns the name that cipher suites give the authentication.
func (a Auth) String() string { return enumName(authNames[:], int(a)) }

// GroupKind is what a group computes with. The zero value is unknown.
type GroupKind uint8

// Kinds of group.
const (
	GroupECDHE     GroupKind = iota + 1 // elliptic
	GroupFFDHE                          // finite field (RFC 7919)
	GroupHybrid                         // elliptic and post-quantum together
	GroupKEM                            // post-quantum alone
	GroupArbitrary                      // the server sends the parameters
)

var groupKindNames = [...]string{
	GroupECDHE: "ECDHE", GroupFFDHE: "FFDHE", GroupHybrid: "hybrid", GroupKEM: "KEM", GroupArbitrary: "arbitrary",
}

// String returns the kind as a word.
func (k GroupKind) String() string { return enumName(groupKindNames[:], int(k)) }

// KeyType is the kind of key that a signature scheme needs. The zero value is
// unknown.
type KeyType uint8

// Kinds of key.
const (
	KeyRSA     KeyType = iota + 1 // rsaEncryption
	KeyRSAPSS                     // id-RSASSA-PSS
	KeyECDSA                      // id-ecPublicKey
	KeyDSA                        // id-dsa
	KeyEd25519                    // RFC 8410
	KeyEd448                      // RFC 8410
	KeyMLDSA                      // RFC 9881
	KeyGOST                       // RFC 9215
	KeySM2                        // RFC 8998
	KeyIBS                        // identity-based
)

var keyTypeNames = [...]string{
	KeyRSA: "RSA", KeyRSAPSS: "RSA-PSS", KeyECDSA: "ECDSA", KeyDSA: "DSA", KeyEd25519: "Ed25519", KeyEd448: "Ed448",
	KeyMLDSA: "ML-DSA", KeyGOST: "GOST", KeySM2: "SM2", KeyIBS: "IBS",
}

// String returns the usual name of the kind of key.
func (k KeyType) String() string { return enumName(keyTypeNames[:], int(k)) }

func enumName(names []string, i int) string {
	if i <= 0 || i >= len(names) {
		return "unknown"
	}
	return names[i]
}
