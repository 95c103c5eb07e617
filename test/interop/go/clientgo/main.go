// A program as operators write it, with client-go alone: typed and dynamic clients, an informer, server-side apply and
// leader election. It prints one line for each thing that works.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must("config", err)
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client := kubernetes.NewForConfigOrDie(config)
	inform(ctx, client)
	write(ctx, client)
	apply(ctx, client)
	config.ContentType = "application/json"
	lookAround(ctx, dynamic.NewForConfigOrDie(config))
	lead(ctx, client)
}

func must(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func inform(ctx context.Context, client kubernetes.Interface) {
	seen := make(chan string, 100)
	factory := informers.NewSharedInformerFactory(client, 0)
	informer := factory.Core().V1().ConfigMaps().Informer()
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { seen <- object.(*corev1.ConfigMap).Name },
	})
	must("handler", err)
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		must("sync", fmt.Errorf("no"))
	}
	object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "informed"}}
	_, err = client.CoreV1().ConfigMaps("default").Create(ctx, object, metav1.CreateOptions{})
	must("create", err)
	for name := range seen {
		if name == "informed" {
			fmt.Println("informer")
			return
		}
	}
}

func write(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps("default")
	object, err := maps.Get(ctx, "informed", metav1.GetOptions{})
	must("get", err)
	object.Data = map[string]string{"a": "b"}
	newer, err := maps.Update(ctx, object, metav1.UpdateOptions{})
	must("update", err)
	_, err = maps.Update(ctx, object, metav1.UpdateOptions{})
	if !apierrors.IsConflict(err) {
		must("conflict", fmt.Errorf("it was %v", err))
	}
	must("delete", maps.Delete(ctx, newer.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(newer.UID))}))
	if _, err = maps.Get(ctx, "informed", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		must("gone", fmt.Errorf("it was %v", err))
	}
	fmt.Println("typed")
}

func apply(ctx context.Context, client kubernetes.Interface) {
	maps := client.CoreV1().ConfigMaps("default")
	wanted := applycorev1.ConfigMap("applied", "default").WithData(map[string]string{"a": "1"})
	_, err := maps.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "one"})
	must("apply", err)
	other := applycorev1.ConfigMap("applied", "default").WithData(map[string]string{"a": "2"})
	if _, err = maps.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "two"}); !apierrors.IsConflict(err) {
		must("conflict of managers", fmt.Errorf("it was %v", err))
	}
	_, err = maps.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "two", Force: true})
	must("force", err)
	fmt.Println("apply")
}

func lookAround(ctx context.Context, client dynamic.Interface) {
	nodes, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nodes"}).List(ctx, metav1.ListOptions{Limit: 1})
	must("dynamic list", err)
	if len(nodes.Items) != 1 || nodes.GetContinue() == "" {
		must("pages", fmt.Errorf("%d nodes, continue %q", len(nodes.Items), nodes.GetContinue()))
	}
	fmt.Println("dynamic")
}

func lead(ctx context.Context, client kubernetes.Interface) {
	lock := &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: "default"},
		Client:     client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: "me"},
	}
	inner, stop := context.WithCancel(ctx)
	leaderelection.RunOrDie(inner, leaderelection.LeaderElectionConfig{
		Lock: lock, LeaseDuration: 4 * time.Second, RenewDeadline: 3 * time.Second, RetryPeriod: time.Second,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { fmt.Println("leader"); stop() },
			OnStoppedLeading: func() {},
		},
	})
}
