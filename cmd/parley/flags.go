package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says what is wrong with a flag, and what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		if ns := similar(unknown.GetSpecifiedName(), flagNames(cmd)); len(unknown.GetSpecifiedName()) > 1 && len(ns) > 0 {
			return wrong("similar: --"+strings.Join(ns, ", --"), "%w", err)
		}
	case errors.As(err, &missing):
		return wrong(usageOf(missing.GetFlag()), "--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &value):
		f := value.GetFlag()
		return wrong(usageOf(f), "--%s %q is not %s", f.Name, value.GetValue(), kindOf(f))
	}
	return err
}

// flagNames are the flags of a command.
func flagNames(cmd *cobra.Command) []string {
	names := []string{"help"}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// usageOf is a flag as the help has it.
func usageOf(f *pflag.Flag) string {
	value, text := pflag.UnquoteUsage(f)
	return fmt.Sprintf("--%s %s: %s", f.Name, value, text)
}

// kindOf says what a flag takes.
func kindOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "a time, such as 10s or 500ms"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	return "what it takes"
}

// notEmpty refuses a flag with nothing behind it, which a variable of a script
// that is not set leaves there: it would be as if the flag were not given.
func notEmpty(fs *pflag.FlagSet) error {
	var err error
	fs.Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && err == nil {
			err = wrong(usageOf(f), "--%s is empty", f.Name)
		}
	})
	return err
}
