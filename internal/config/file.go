package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// File is the path of a JSON file with settings. As the type of a flag it has
// kong read the other flags of the same command from it.
type File string

// BeforeResolve reads the file. Kong calls it where the flag or its environment
// variable is set; for other commands than the chosen one too.
func (f File) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	command := ctx.Selected()
	if command == nil || !slices.Contains(command.Flags, trace.Flag) {
		return nil
	}
	path, _ := ctx.FlagValue(trace.Flag).(File)
	if path == "" {
		return nil
	}
	settings, err := read(string(path), command.Flags)
	if err != nil {
		return fmt.Errorf("config %s: %w", path, err)
	}
	ctx.AddResolver(settings)
	return nil
}

// settings are the keys of a file, named as the flags.
type settings map[string]any

// read reads a file. A key that is no flag is an error: a setting that was
// misspelt would otherwise silently keep its default.
func read(path string, flags []*kong.Flag) (settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var raw map[string]any
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("this is no JSON object: %w", err)
	}
	found := settings{}
	var unknown []string
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		name := strings.ReplaceAll(key, "_", "-")
		i := slices.IndexFunc(flags, func(f *kong.Flag) bool { return f.Name == name && len(f.Envs) > 0 && name != "config" })
		if i < 0 {
			unknown = append(unknown, key)
			continue
		}
		if err := checkType(flags[i], raw[key]); err != nil {
			return nil, err
		}
		found[name] = raw[key]
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("unknown setting %s; a setting has the name of its flag", strings.Join(unknown, ", "))
	}
	return found, nil
}

// checkType refuses a value of another JSON type than the setting has.
func checkType(flag *kong.Flag, value any) error {
	want, ok := "text in double quotes", false
	switch flag.Target.Kind() {
	case reflect.Bool:
		want = "true or false"
		_, ok = value.(bool)
	case reflect.Float64:
		want = "a number"
		_, ok = value.(float64)
	default:
		_, ok = value.(string)
	}
	if ok || value == nil {
		return nil
	}
	return fmt.Errorf("%s must be %s", flag.Name, want)
}

// Validate has nothing to check: read has.
func (settings) Validate(*kong.Application) error { return nil }

// Resolve gives a flag its value from the file, unless the environment has one.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := s[flag.Name]
	if !ok || value == nil {
		return nil, nil
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return value, nil
}
