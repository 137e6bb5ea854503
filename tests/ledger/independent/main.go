// Checks a ledger with code that is not ours: golang.org/x/mod/sumdb, which checks Go's own checksum database.
//
//	independent checkpoint VKEY NOTE
//	independent inclusion VKEY PROOF LEAF
//	independent consistency VKEY OLD NEW HASHES
//	independent tiles VKEY FOLDER [OLD]
//	independent sign VKEY KEYFILE TEXT
//
// Says what it established, or the signed text, and ends with 0, or why it did not and ends with 1. All hashing, signatures, proofs and
// tile arithmetic are the library's; only the texts of checkpoint and proof are taken apart here.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A tree of a log: its name, its size, its root.
type tree struct {
	origin string
	size   int64
	root   tlog.Hash
}

func main() {
	said, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(said)
}

func run(args []string) (string, error) {
	if len(args) < 3 {
		return "", errors.New("usage: independent checkpoint|inclusion|consistency|tiles VKEY FILE...")
	}
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return "", err
	}
	known := note.VerifierList(verifier)
	files := args[2:]
	switch args[0] {
	case "checkpoint":
		content, err := os.ReadFile(files[0])
		if err != nil {
			return "", err
		}
		of, err := open(content, known)
		return fmt.Sprintf("%s %d %s", of.origin, of.size, of.root), err
	case "inclusion":
		return inclusion(known, files[0], files[1])
	case "consistency":
		return consistency(known, files[0], files[1], files[2])
	case "tiles":
		return tiles(known, files[0], files[1:])
	case "sign":
		return sign(files[0], files[1])
	}
	return "", errors.New("no such check: " + args[0])
}

// sign signs a text with the key in a file.
func sign(keyFile, textFile string) (string, error) {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return "", err
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(key)))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(textFile)
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	return strings.TrimSuffix(string(signed), "\n"), err
}

// open checks the signatures of a checkpoint and returns the tree that it is of.
func open(content []byte, known note.Verifiers) (tree, error) {
	opened, err := note.Open(content, known)
	if err != nil {
		return tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 {
		return tree{}, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tree{lines[0], size, root}, err
}

func inclusion(known note.Verifiers, proofFile, leafFile string) (string, error) {
	proof, err := os.ReadFile(proofFile)
	if err != nil {
		return "", err
	}
	leaf, err := os.ReadFile(leafFile)
	if err != nil {
		return "", err
	}
	head, checkpoint, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 {
		return "", errors.New("this is no proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	hashes, err := parseHashes(lines[2:])
	if err != nil {
		return "", err
	}
	of, err := open([]byte(checkpoint), known)
	if err != nil {
		return "", err
	}
	err = tlog.CheckRecord(hashes, of.size, of.root, index, tlog.RecordHash(leaf))
	return fmt.Sprintf("entry %d is in the log of %d", index, of.size), err
}

func consistency(known note.Verifiers, oldFile, newFile, hashesFile string) (string, error) {
	older, err := openFile(oldFile, known)
	if err != nil {
		return "", err
	}
	newer, err := openFile(newFile, known)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(hashesFile)
	if err != nil {
		return "", err
	}
	hashes, err := parseHashes(strings.Fields(string(content)))
	if err != nil {
		return "", err
	}
	err = tlog.CheckTree(hashes, newer.size, newer.root, older.size, older.root)
	return fmt.Sprintf("the log of %d begins with the log of %d", newer.size, older.size), err
}

// tiles reads a log as files: every entry is proven from the tiles alone, and that the log grew out of an older one.
func tiles(known note.Verifiers, folder string, older []string) (string, error) {
	of, err := openFile(filepath.Join(folder, "checkpoint"), known)
	if err != nil {
		return "", err
	}
	// TileHashReader takes no tile that does not fit the root
	reader := tlog.TileHashReader(tlog.Tree{N: of.size, Hash: of.root}, &tileFiles{folder})
	for first := int64(0); first < of.size; first += 256 {
		leaves, err := bundle(folder, first/256, of.size-first)
		if err != nil {
			return "", err
		}
		for at, leaf := range leaves {
			proof, err := tlog.ProveRecord(of.size, first+int64(at), reader)
			if err != nil {
				return "", err
			}
			if err := tlog.CheckRecord(proof, of.size, of.root, first+int64(at), tlog.RecordHash(leaf)); err != nil {
				return "", fmt.Errorf("entry %d: %w", first+int64(at), err)
			}
		}
	}
	for _, name := range older {
		then, err := openFile(name, known)
		if err != nil {
			return "", err
		}
		proof, err := tlog.ProveTree(of.size, then.size, reader)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckTree(proof, of.size, of.root, then.size, then.root); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d entries and %d older checkpoints", of.size, len(older)), nil
}

func bundle(folder string, number, left int64) ([][]byte, error) {
	width := int(left)
	if width > 256 {
		width = 256
	}
	// entries lie as the tiles of level 0 do
	path := ours(tlog.Tile{H: 8, L: 0, N: number, W: width})
	path = strings.Replace(path, "tile/0/", "tile/entries/", 1)
	content, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		return nil, err
	}
	var leaves [][]byte
	for len(content) > 0 {
		if len(content) < 2 || len(content) < 2+int(binary.BigEndian.Uint16(content)) {
			return nil, errors.New(path + " is cut off")
		}
		end := 2 + int(binary.BigEndian.Uint16(content))
		leaves = append(leaves, content[2:end])
		content = content[end:]
	}
	if len(leaves) != width {
		return nil, fmt.Errorf("%s has %d entries", path, len(leaves))
	}
	return leaves, nil
}

// tileFiles gives tlog the tiles of a folder.
type tileFiles struct{ folder string }

func (t *tileFiles) Height() int { return 8 }

func (t *tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(filepath.Join(t.folder, ours(tile)))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func (t *tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ours is where C2SP puts a tile: as Go's checksum database does, without the height.
func ours(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func openFile(name string, known note.Verifiers) (tree, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return tree{}, err
	}
	return open(content, known)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		content, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(content) != tlog.HashSize {
			return nil, errors.New("this is no hash: " + line)
		}
		hashes = append(hashes, tlog.Hash(*(*[tlog.HashSize]byte)(content)))
	}
	return hashes, nil
}
