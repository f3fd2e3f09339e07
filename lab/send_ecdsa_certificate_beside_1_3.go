package lab

import "context"

// sendECDSACertificateBeside13 accepts 1.2 and 1.3: 1.3 would work too, and is
// not what is missing.
var sendECDSACertificateBeside13 = Fault{
	Name:  "send-ecdsa-certificate-beside-1.3",
	Title: "an ECDSA certificate, 1.2 and 1.3; the client needs RSA",
	Want:  needsECDSA,
	Start: withHello(OfferRSA, func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, ecdsaConfig) }),
}
