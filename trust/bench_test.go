package trust

import "testing"

func BenchmarkProgrammes(b *testing.B) {
	for b.Loop() {
		loadProgrammes()
	}
}
