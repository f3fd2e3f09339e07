module github.com/parley-tls/parley

go 1.26.0
