package parley

import "testing"

func TestEveryIntentHasAName(t *testing.T) {
	if got, want := len(intentNames), int(LimitSuites)+1; got != want {
		t.Errorf("%d names of intents, want %d", got, want)
	}
	for k, want := range map[IntentKind]string{AcceptVersions: "accept-versions", EnlargeDH: "enlarge-dh", OpenPort: "open-port", ReadServerLog: "read-server-log", LimitSuites: "limit-suites"} {
		if k.String() != want {
			t.Errorf("intent %d is called %q, want %q", k, k, want)
		}
	}
}
