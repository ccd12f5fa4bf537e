package pomeriumzero

import "strings"

// holder is what the objects of a kind lie in.
type holder int

const (
	inOrganization holder = iota
	inNamespace
	inCluster
)

// kind says how the service keeps the objects of one kind, which is all that a further kind has to say.
type kind struct {
	noun       string
	name       string // the attribute with the unique name; "" for name
	list, item string // path templates; a kind without a list has one object for each parent
	within     holder
	parameter  string            // of the list, that names the parent; "" where the path does
	fixed      map[string]string // further parameters of the list
	create     string            // path template of the call that makes one; "" where it is the list's
	holds      bool              // namespaces come and go with it
	paged      bool              // the list has limit and offset
	chosen     bool              // the list has filter and orderBy
	unproven   bool              // that the list lacks one may mean that it is not ours to see any more
	listedOnly bool              // there is no call to read or to change a single object
	patched    bool              // it is changed by JSON Patch
	answer     string            // member of the answer to a creation that holds the object; "" where that is all of it
	first      []string          // members that only a new object is given
	renamed    map[string]string // members that answers call otherwise
	computed   []string          // members beside id, createdAt, updatedAt that only the service sets
	token      secretToken
}

// secretToken is a secret of its own that the service makes for a new object and shows in the answer to its creation.
type secretToken struct {
	member       string // of that answer; "" where there is none
	method, path string // what shows one again, or makes another
}

// values fill a path template: with the organization, the parent and the ID, as far as it has places for them.
func (c Collection[P]) values(template, parent, id string) []string {
	places := strings.Count(template, "{")
	switch {
	case id == "":
		return []string{c.organizationID, parent}[:places]
	case places == 1: // an organization itself
		return []string{id}
	case places == 2:
		return []string{c.organizationID, id}
	}
	return []string{c.organizationID, parent, id}
}
