package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// VersionCmd prints the version.
type VersionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints it.
func (c *VersionCmd) Run(k *kong.Kong) error {
	if c.JSON {
		return json.NewEncoder(k.Stdout).Encode(map[string]string{"version": version(), "go": runtime.Version(), "platform": platform()})
	}
	_, err := fmt.Fprintf(k.Stdout, "joinery %s (%s, %s)\n", version(), runtime.Version(), platform())
	return err
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }

// version is what the Go tool noted at the build: a tag, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
