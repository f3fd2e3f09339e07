# Every target is one line; what takes more has a script or a generator of its own.
export GOTOOLCHAIN = local
export PARLEY_PEERS ?= $(HOME)/.cache/parley-peers
export PARLEY_CORPUS ?= $(wildcard $(abspath ../shared/corpus))
STATICCHECK = .bin/staticcheck-0.8.2

.PHONY: build test quick peers fmt vet lint generated update fuzz bench

build: ; go build -trimpath -o parley ./cmd/parley
test: peers fmt vet lint generated ; go test -race -count=1 -timeout=20m ./...
quick: ; go test ./...
peers: ; internal/peers/install.sh
fmt: ; @test -z "$$(gofmt -l .)" || { gofmt -l . ; echo "make: these files are not formatted: run gofmt -w ." ; exit 1 ; }
vet: ; go vet ./...
lint: $(STATICCHECK) ; $(STATICCHECK) ./...
generated: ; go generate ./... && git diff --exit-code -- . ':!go.sum'
update: ; go test ./... -update
fuzz: ; internal/gen/fuzz.sh 30s
bench: ; bench/run.sh
$(STATICCHECK): ; GOBIN=$(abspath .bin) go install honnef.co/go/tools/cmd/staticcheck@v0.8.2 && mv .bin/staticcheck $@
