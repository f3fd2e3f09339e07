package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionDocument is parley version --json.
type versionDocument struct {
	Schema      string `json:"schema"`
	ToolVersion string `json:"tool_version"`
	Exit        int    `json:"exit"`
	Go          string `json:"go"`
	Platform    string `json:"platform"`
}

type build struct{ Version string }

// version is that of the module, as the build recorded it.
func version() build {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return build{Version: "devel"}
	}
	return build{Version: info.Main.Version}
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "print the version",
		Example: "  parley version\n  parley version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d := versionDocument{
				Schema: "parley.version/1", ToolVersion: version().Version, Go: runtime.Version(),
				Platform: runtime.GOOS + "/" + runtime.GOARCH,
			}
			if a.dry {
				return nil
			}
			if asJSON {
				enc := json.NewEncoder(a.stdout)
				enc.SetIndent("", "  ")
				return enc.Encode(d)
			}
			_, err := fmt.Fprintf(a.stdout, "parley %s, %s, %s\n", d.ToolVersion, d.Go, d.Platform)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a document")
	return cmd
}
