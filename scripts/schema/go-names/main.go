// Prints, for every kind of Kubernetes and for what they hold, the Go type of each field as decoding errors name it:
// {"k8s.io/api/core/v1.PodSpec": {"restartPolicy": "v1.RestartPolicy"}}. `scripts/schema/supplement.json` keeps those
// that don't follow from the wire type. Run it with `go run .` when the version of Kubernetes changes.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	discovery "k8s.io/api/apidiscovery/v2"
	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	aggregation "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	metrics "k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

type names map[string]map[string]string

func (n names) add(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		n.add(t.Elem())
	case reflect.Struct:
		n.addStruct(t)
	}
}

func (n names) addStruct(t reflect.Type) {
	id := t.PkgPath() + "." + t.Name()
	if _, known := n[id]; known || !strings.Contains(t.PkgPath(), "k8s.io") {
		return
	}
	fields := map[string]string{}
	n[id] = fields
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		if name := strings.Split(field.Tag.Get("json"), ",")[0]; name != "" && name != "-" {
			fields[name] = strings.TrimPrefix(field.Type.String(), "*")
		}
		n.add(field.Type)
	}
}

func main() {
	for _, add := range []error{
		extensions.AddToScheme(scheme.Scheme), aggregation.AddToScheme(scheme.Scheme),
		metrics.AddToScheme(scheme.Scheme), discovery.AddToScheme(scheme.Scheme),
	} {
		if add != nil {
			panic(add)
		}
	}
	all := names{}
	for _, t := range scheme.Scheme.AllKnownTypes() {
		all.add(t)
	}
	all.add(reflect.TypeFor[meta.Table]())
	all.add(reflect.TypeFor[meta.PartialObjectMetadataList]())
	all.add(reflect.TypeFor[meta.APIGroupList]())
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(all); err != nil {
		panic(err)
	}
}
