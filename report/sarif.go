package report

import (
	"io"
	"net/url"
	"slices"
	"strings"
)

const (
	sarifSchemaURL = "https://json.schemastore.org/sarif-2.1.0.json"
	informationURI = "https://github.com/parley-tls/parley"
)

// SARIF writes the rows as a log of SARIF 2.1.0 (OASIS, 2020): a rule for each
// demand, a result for each row. Where nothing has a line in a file, the endpoint
// is the location, as a URI and by name.
func SARIF(w io.Writer, l *Ledger) error {
	l = l.cleaned()
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: "parley", Version: l.Tool, InformationURI: informationURI, Rules: []sarifRule{},
		}},
		Results:    []sarifResult{},
		ColumnKind: "utf16CodeUnits",
		Invocations: []sarifInvocation{{
			ExecutionSuccessful: true, ExitCode: l.Exit, CommandLine: l.Again,
		}},
	}
	at := map[string]int{}
	for i := range l.Rows {
		r := &l.Rows[i]
		index, seen := at[r.ID()]
		if !seen {
			index = len(run.Tool.Driver.Rules)
			at[r.ID()] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
		}
		run.Results = append(run.Results, l.sarifResult(r, index))
	}
	return writeJSON(w, sarifLog{
		Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{run},
	})
}

func sarifRuleOf(r *Row) sarifRule {
	rule := sarifRule{ID: r.ID(), Short: sarifText{Text: r.Title}, Default: sarifDefault{Level: "error"}}
	if r.Advice {
		rule.Default.Level = "note"
	}
	if level := sarifLevels[r.Severity]; level != "" {
		rule.Default.Level = level
	}
	rule.Full = sarifText{Text: strings.Join(nonEmpty(r.Title, r.Clause, r.Source), "; ")}
	if r.Fix != "" {
		rule.Help = &sarifText{Text: r.Fix}
	}
	if r.Set != "" {
		rule.Properties = &sarifProperties{Tags: []string{r.Set}, Severity: sarifScores[r.Severity]}
	}
	return rule
}

// sarifLevels are the levels of findings by their severity, and sarifScores the
// numbers by which readers sort them.
var (
	sarifLevels = map[string]string{"high": "error", "medium": "warning", "low": "note", "info": "note"}
	sarifScores = map[string]string{"high": "8.0", "medium": "5.0", "low": "3.0", "info": "0.0"}
)

func (l *Ledger) sarifResult(r *Row, index int) sarifResult {
	kinds := map[State][2]string{
		StateUnknown: {"open", "none"}, StatePass: {"pass", "none"}, StateFail: {"fail", "error"}, StateInfo: {"informational", "none"},
	}
	kind := kinds[r.State]
	if r.Advice && r.State == StateFail {
		kind[1] = "note"
	}
	if r.State == StateFail && r.Severity != "" {
		kind[1] = sarifLevels[r.Severity]
	}
	text := r.Title
	if r.Why != "" {
		text = r.Title + ": " + r.Why
	}
	where := r.Address
	if where == "" {
		where = l.Target
	}
	return sarifResult{
		RuleID: r.ID(), RuleIndex: index, Kind: kind[0], Level: kind[1], Message: sarifText{Text: text},
		Locations: []sarifLocation{{
			Physical: sarifPhysical{Artifact: sarifArtifact{URI: (&url.URL{Scheme: "tls", Host: where}).String()}},
			Logical:  []sarifLogical{{Name: l.Target, FullName: where, Kind: "resource"}},
		}},
		Fingerprints: map[string]string{"parley/v1": r.ID() + " " + where},
	}
}

// The types below are the part of SARIF that is written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool   `json:"executionSuccessful"`
		ExitCode            int    `json:"exitCode"`
		CommandLine         string `json:"commandLine,omitempty"`
	}
	sarifRule struct {
		ID         string           `json:"id"`
		Short      sarifText        `json:"shortDescription"`
		Full       sarifText        `json:"fullDescription"`
		Help       *sarifText       `json:"help,omitempty"`
		Default    sarifDefault     `json:"defaultConfiguration"`
		Properties *sarifProperties `json:"properties,omitempty"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags     []string `json:"tags"`
		Severity string   `json:"security-severity,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Kind         string            `json:"kind"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name     string `json:"name"`
		FullName string `json:"fullyQualifiedName"`
		Kind     string `json:"kind"`
	}
)

// sets are what the rules of the rows belong to, in the order of the rows.
func (l *Ledger) sets() (out []string) {
	for i := range l.Rows {
		if s := l.Rows[i].Set; !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
