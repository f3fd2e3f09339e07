package lab

// alterFinishedIn12 does so under the keys that follow the ChangeCipherSpec (RFC
// 5246, Section 7.4.9).
var alterFinishedIn12 = Fault{
	Name:  "alter-finished-in-1.2",
	Title: "the Finished of 1.2 proves another handshake",
	Want:  violation,
	Start: func() starter {
		t := ecdhe12
		t.Says = withAnotherFinished
		return scripted(t)
	}(),
}
