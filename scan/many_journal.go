package scan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// JournalSchema is the name of the contract of a journal: a line that says what
// was asked, and then a Record a line.
const JournalSchema = "parley.scan-journal/1"

// maxRecord bounds a line of a journal, in bytes.
const maxRecord = 4 << 20

type journalHead struct {
	Schema   string `json:"schema"`
	Question string `json:"question"`
}

// Journal keeps what was learned on disk, a line for each target as it ends, so
// that a scan that was killed can go on.
type Journal struct {
	file *os.File
}

// OpenJournal opens or begins the journal of a question, which is any text that
// two scans share exactly if their answers can stand side by side. Every
// record that it has is handed to have, with its line. A last line that was
// not written whole is dropped.
func OpenJournal(name, question string, have func(*Record, []byte) error) (*Journal, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: f}
	if err := j.read(name, question, have); err != nil {
		f.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) read(name, question string, have func(*Record, []byte) error) error {
	in := bufio.NewScanner(j.file)
	in.Buffer(make([]byte, 64<<10), maxRecord)
	in.Split(wholeLines)
	end, number := int64(0), 0
	for in.Scan() {
		number++
		b := in.Bytes()
		end += int64(len(b)) + 1
		if number == 1 {
			var head journalHead
			if err := json.Unmarshal(b, &head); err != nil || head.Schema != JournalSchema {
				return fmt.Errorf("%s is not the journal of a scan", name)
			}
			if head.Question != question {
				return fmt.Errorf("%s is the journal of another question: %s", name, head.Question)
			}
			continue
		}
		var rec Record
		if err := json.Unmarshal(b, &rec); err != nil || rec.Target == "" {
			return fmt.Errorf("%s: line %d is no record", name, number)
		}
		if err := have(&rec, b); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if info, err := j.file.Stat(); err == nil && number == 0 && info.Size() > maxLine {
		return fmt.Errorf("%s is not the journal of a scan", name)
	}
	if err := j.file.Truncate(end); err != nil {
		return err
	}
	if _, err := j.file.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if number > 0 {
		return nil
	}
	head, err := json.Marshal(journalHead{JournalSchema, question})
	if err != nil {
		return err
	}
	return j.Append(head)
}

// wholeLines splits at line ends, and leaves out what follows the last one.
func wholeLines(data []byte, _ bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	return 0, nil, nil
}

// Append writes one line, in one write: what a kill leaves of it is a whole
// line, or a torn one that is dropped.
func (j *Journal) Append(line []byte) error {
	b := append(line[:len(line):len(line)], '\n')
	n, err := j.file.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// Close closes the file.
func (j *Journal) Close() error {
	return errors.Join(j.file.Sync(), j.file.Close())
}
