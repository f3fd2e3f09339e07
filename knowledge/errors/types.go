package errors

import "github.com/parley-tls/parley"

// By is who refused, by what a message says.
type By uint8

// The verdicts. ByNobody is that of a connection which ended without one.
const (
	ByUnknown By = iota
	ByPeer       // an alert or a refusal was received
	BySelf       // the program that prints it refused
	ByLocal      // nothing was sent
	ByNobody     // the connection ended without a word: the peer or the path
)

// String returns the word of the JSON contract.
func (b By) String() string {
	return [...]string{"unknown", "peer", "self", "local", "path"}[b]
}

// Role is which end of the connection a program is that prints a message.
type Role uint8

// The roles.
const (
	RoleUnknown Role = iota
	RoleClient
	RoleServer
)

// String returns the word of the JSON contract.
func (r Role) String() string { return [...]string{"unknown", "client", "server"}[r] }

// Tells is how much a message tells. Of several messages the one that tells
// most is the failure; the others are its surroundings or its consequences.
type Tells uint8

// The degrees. TellsUnknown is what the texts of knowledge never have.
const (
	TellsUnknown Tells = iota
	TellsNothing       // that something failed
	TellsVaguely       // in which part it failed
	TellsHow           // how it ended: an alert with many causes, a reset
	TellsWhy           // what was refused
)

// Guess is a cause that a message leaves possible.
type Guess struct {
	Cause parley.CauseID
	// Side is whose it is, where that differs from where the cause mostly lies.
	Side parley.Side
	Why  string // one clause
}

// Meaning is what messages of several stacks say alike.
type Meaning struct {
	ID    string
	Says  string // a sentence, in the words of the handshake
	By    By
	Phase parley.Phase
	Tells Tells
	// Alert is the number of the alert that was received; -1: none.
	Alert int
	// Guesses are the causes it leaves, commonest first.
	Guesses []Guess
	// AsClient and AsServer are those it leaves where it is known which end prints
	// it; nil: the same.
	AsClient, AsServer []Guess
	// Decides says that the first guess is what the message says, and not only the
	// commonest reason for it.
	Decides bool
	// SaysAsServer is Says where a server prints it; "": the same.
	SaysAsServer string
	// Fix is the product's own setting that mends the first guess, where only one
	// product says so; "": that of the cause.
	Fix string
	// Test is the command that settles it, where that of its causes would ask the wrong
	// end; HOST stands for the target. "": those of its causes.
	Test string
	// Needs are signs, in lower case, without any of which the text is of no handshake
	// at all: then no cause follows, and Otherwise is said in place of Says.
	Needs     []string
	Otherwise string
	// Folk is advice often met for it that does not help, and why: whichever of its
	// causes it is. Advice that fails under one of them stands with that cause.
	Folk []string
	// Lore is such advice that only users of one product meet.
	Lore []Lore
}

// Lore is advice that does not help, for users of the product that one of Signs,
// in lower case, in the text or in the product's name gives away.
type Lore struct {
	Signs []string
	Says  string
}

// Entry is one message of a stack.
type Entry struct {
	// Text is looked for, in the notation of the package. Reason is what stands
	// beside the Code where it is too common a word to be looked for alone.
	Text, Reason string
	Means        string // id of a Meaning
	// Code is the number that the stack prints for it: "-9836", "0x80090326"; of
	// OpenSSL and BoringSSL the reason, after another library's number: "267" of
	// the library SSL, "11:116" of X509.
	Code string
	// Role is which end prints it, where the message itself tells.
	Role Role
	// Takes is what the number of a hole is.
	Takes Takes
	// General marks the beginning of many messages: any other tells more.
	General bool
	// Like are specimens that it must match, Unlike those it must not.
	Like, Unlike []string
}

// Takes says what the number in a hole of a text is.
type Takes uint8

// The kinds of numbers.
const (
	TakesUnknown    Takes = iota // nothing: the hole is only passed over
	TakesAlert                   // the number of an alert
	TakesCode                    // a Code of the same stack
	TakesLevelAlert              // level × 256 + number, as curl prints it
	TakesPacked                  // an error code of OpenSSL, LibreSSL or BoringSSL
	TakesASCII                   // bytes of a protocol in clear, read as a number
	TakesErrno                   // a number of the operating system
	TakesSentAlert               // the number of an alert that this side sent
)

// Stack is what one library or program prints.
type Stack struct {
	ID   string // "openssl"
	Name string // "OpenSSL"
	// From says where the texts are from, and Date when they were read (2026-11).
	From, Date string
	Entries    []Entry
	// Unlike are lines that none of its entries may match.
	Unlike []string
}

// Hint is something else in a text that speaks for a cause or against it.
type Hint struct {
	// Texts, in the notation of the package: any of them.
	Texts []string
	// And is a second text that must stand there too; "": none.
	And string
	// For are the meanings it speaks to: ids, or families such as "verify.*".
	For   []string
	Cause parley.CauseID
	Side  parley.Side
	// Weight is added to the cause, where 100 is what the first guess has; below 0
	// it speaks against the cause.
	Weight int
	// Seen says that, with one of For, it shows the cause.
	Seen bool
	Why  string
}

// Product is a program that prints messages, told by what stands around them.
type Product struct {
	Name  string
	Role  Role // which end of a handshake it mostly is; unknown: either
	Signs []string
}
