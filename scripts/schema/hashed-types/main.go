// Prints the Go types of a pod template as the hash of a Deployment's template sees them: every field in the order of its
// declaration, with the name of its type. One line a type: "v1.PodSpec": "Volumes=volumes:[]v1.Volume ..."; what is
// embedded has `~` for a name on the wire. Named scalars say what they are: "v1.DNSPolicy": "string".
// Run it with `go run .` when the version of Kubernetes changes.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

var types = map[string]string{}

// Types that have a form of their own.
var special = map[string]bool{"v1.Time": true, "resource.Quantity": true, "intstr.IntOrString": true, "v1.FieldsV1": true}

func add(t reflect.Type) {
	id := t.String()
	if _, known := types[id]; known || special[id] {
		return
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		add(t.Elem())
	case reflect.Map:
		if t.Name() != "" {
			types[id] = "map[" + t.Key().String() + "]" + t.Elem().String()
		}
		add(t.Key())
		add(t.Elem())
	case reflect.Struct:
		types[id] = ""
		types[id] = fields(t)
	default:
		if t.PkgPath() != "" {
			types[id] = t.Kind().String()
		}
	}
}

func fields(t reflect.Type) string {
	var out []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = "~"
		}
		out = append(out, f.Name+"="+name+":"+f.Type.String())
		add(f.Type)
	}
	return strings.Join(out, " ")
}

func main() {
	add(reflect.TypeOf(corev1.PodTemplateSpec{}))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(types); err != nil {
		panic(err)
	}
}
