// Prints the types in which the API server itself holds objects, as far as messages show them: unlike the types of the
// wire they have no JSON names, so they are printed with Go's. One line a type, its fields in order:
// "core.PodSpec": "Volumes=volumes:[]core.Volume ...". Run it with `go run .` when the version of Kubernetes changes.
package main

import (
	"encoding/json"
	"os"
	"path"
	"reflect"
	"sort"
	"strings"
	"unicode"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/certificates"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/discovery"
	"k8s.io/kubernetes/pkg/apis/flowcontrol"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/apis/rbac"
	"k8s.io/kubernetes/pkg/apis/resource"
	"k8s.io/kubernetes/pkg/apis/storage"
)

type pair struct{ internal, wire any }

var roots = []pair{
	{core.Pod{}, corev1.Pod{}}, {core.PersistentVolume{}, corev1.PersistentVolume{}},
	// Where it is embedded, its fields are the volume's.
	{core.PersistentVolumeSource{}, corev1.PersistentVolumeSource{}},
	{core.PersistentVolumeClaim{}, corev1.PersistentVolumeClaim{}}, {core.Node{}, corev1.Node{}},
	{core.Service{}, corev1.Service{}}, {core.ResourceQuota{}, corev1.ResourceQuota{}},
	{core.TopologySelectorTerm{}, corev1.TopologySelectorTerm{}},
	{core.PodTemplateSpec{}, corev1.PodTemplateSpec{}}, {core.Event{}, corev1.Event{}},
	{apps.StatefulSet{}, appsv1.StatefulSet{}}, {apps.Deployment{}, appsv1.Deployment{}},
	{apps.DaemonSet{}, appsv1.DaemonSet{}},
	{batch.CronJob{}, batchv1.CronJob{}}, {batch.Job{}, batchv1.Job{}}, {autoscaling.HorizontalPodAutoscaler{}, autoscalingv2.HorizontalPodAutoscaler{}},
	{networking.Ingress{}, networkingv1.Ingress{}}, {networking.IngressClass{}, networkingv1.IngressClass{}},
	{networking.NetworkPolicy{}, networkingv1.NetworkPolicy{}}, {networking.IPAddress{}, networkingv1.IPAddress{}},
	{policy.PodDisruptionBudget{}, policyv1.PodDisruptionBudget{}},
	{rbac.ClusterRole{}, rbacv1.ClusterRole{}}, {rbac.RoleBinding{}, rbacv1.RoleBinding{}},
	{storage.StorageClass{}, storagev1.StorageClass{}}, {storage.CSIDriver{}, storagev1.CSIDriver{}},
	{storage.CSINode{}, storagev1.CSINode{}}, {storage.VolumeAttachment{}, storagev1.VolumeAttachment{}},
	{certificates.CertificateSigningRequest{}, certificatesv1.CertificateSigningRequest{}},
	{flowcontrol.FlowSchema{}, flowcontrolv1.FlowSchema{}},
	{flowcontrol.PriorityLevelConfiguration{}, flowcontrolv1.PriorityLevelConfiguration{}},
	{admissionregistration.ValidatingWebhookConfiguration{}, admissionv1.ValidatingWebhookConfiguration{}},
	{admissionregistration.ValidatingAdmissionPolicy{}, admissionv1.ValidatingAdmissionPolicy{}},
	{admissionregistration.ValidatingAdmissionPolicyBinding{}, admissionv1.ValidatingAdmissionPolicyBinding{}},
	{discovery.EndpointSlice{}, discoveryv1.EndpointSlice{}},
	{resource.ResourceClaim{}, resourcev1.ResourceClaim{}}, {resource.ResourceSlice{}, resourcev1.ResourceSlice{}},
	{resource.DeviceClass{}, resourcev1.DeviceClass{}},
	{apiextensions.CustomResourceDefinition{}, extensionsv1.CustomResourceDefinition{}},
}

var types = map[string]string{}

func idOf(t reflect.Type) string {
	p := t.PkgPath()
	if strings.HasPrefix(p, "k8s.io/apimachinery") {
		return "meta." + t.Name()
	}
	return path.Base(p) + "." + t.Name()
}

func add(t, wire reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + add(t.Elem(), elem(wire))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + add(t.Elem(), elem(wire))
	case reflect.Map:
		return "{}" + add(t.Elem(), elem(wire))
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Struct:
		return addStruct(t, wire)
	case reflect.Interface:
		return "any"
	}
	return "int"
}

func elem(t reflect.Type) reflect.Type {
	if t == nil {
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return t.Elem()
	}
	return t
}

func addStruct(t, wire reflect.Type) string {
	switch t.Name() {
	case "Quantity":
		return "quantity"
	case "IntOrString":
		return "intOrString"
	case "Time", "MicroTime":
		return "time"
	case "RawExtension", "FieldsV1", "Duration", "JSON":
		return "any"
	}
	id := idOf(t)
	if _, known := types[id]; known {
		return id
	}
	types[id] = ""
	types[id] = strings.Join(fields(t, wire), " ")
	return id
}

func fields(t, wire reflect.Type) []string {
	var out []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		w := nameless(wire, f.Name)
		tag := f.Tag.Get("json")
		name, rest, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" {
			if f.Name == "TypeMeta" {
				out = append(out, "kind?:string apiVersion?:string")
				continue
			}
			if w == nil {
				w = wire
			}
			out = append(out, inlined(f.Name, fields(f.Type, elem(w)))...)
			continue
		}
		if tag == "" {
			onWire := wireName(wire, f.Name)
			out = append(out, joined(f.Name, onWire, "")+":"+add(f.Type, w))
			continue
		}
		mark := ""
		if strings.Contains(rest, "omitempty") || strings.Contains(rest, "omitzero") {
			mark = "?"
		}
		out = append(out, name+mark+":"+add(f.Type, w))
	}
	return out
}

// What is embedded is printed among the other fields. On the wire an object's metadata stands apart.
func inlined(name string, fields []string) []string {
	if name != "ObjectMeta" {
		return fields
	}
	out := []string{}
	for _, field := range fields {
		shown, kind, _ := strings.Cut(field, ":")
		out = append(out, shown+"=metadata."+strings.TrimSuffix(shown, "?")+":"+kind)
	}
	return out
}

func joined(name, onWire, mark string) string {
	if onWire == lower(name) {
		return name + mark
	}
	return name + mark + "=" + onWire
}

func lower(s string) string { return string(unicode.ToLower(rune(s[0]))) + s[1:] }

func nameless(wire reflect.Type, name string) reflect.Type {
	if wire == nil || wire.Kind() != reflect.Struct {
		return nil
	}
	if f, ok := wire.FieldByName(name); ok {
		return f.Type
	}
	return nil
}

func wireName(wire reflect.Type, name string) string {
	if wire != nil && wire.Kind() == reflect.Struct {
		if f, ok := wire.FieldByName(name); ok {
			n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if n != "" {
				return n
			}
		}
	}
	return lower(name)
}

func main() {
	for _, r := range roots {
		add(reflect.TypeOf(r.internal), reflect.TypeOf(r.wire))
	}
	names := make([]string, 0, len(types))
	for name := range types {
		names = append(names, name)
	}
	sort.Strings(names)
	out := map[string]string{}
	for _, name := range names {
		out[name] = types[name]
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		panic(err)
	}
}
