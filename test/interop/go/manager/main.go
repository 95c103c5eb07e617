// An operator of a few lines with controller-runtime: for each ConfigMap with a label it keeps a Secret of the same name,
// which it owns. Its webhook lets nobody call a ConfigMap "never". It prints one line when it has begun, and one for each
// Secret that it makes.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

type keeper struct{ client.Client }

func (k keeper) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var source corev1.ConfigMap
	if err := k.Get(ctx, request.NamespacedName, &source); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if source.Labels["keep"] != "yes" {
		return ctrl.Result{}, nil
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: source.Name, Namespace: source.Namespace},
		StringData: source.Data,
	}
	if err := controllerutil.SetControllerReference(&source, secret, k.Scheme()); err != nil {
		return ctrl.Result{}, err
	}
	err := k.Create(ctx, secret)
	if errors.IsAlreadyExists(err) {
		return ctrl.Result{}, nil
	}
	if err == nil {
		fmt.Printf("made %s\n", source.Name)
	}
	return ctrl.Result{}, err
}

type names struct{}

func (names) ValidateCreate(_ context.Context, source *corev1.ConfigMap) (admission.Warnings, error) {
	if source.Name == "never" {
		return nil, fmt.Errorf("not with this name")
	}
	return admission.Warnings{"looked at by the manager"}, nil
}

func (names) ValidateUpdate(_ context.Context, _, _ *corev1.ConfigMap) (admission.Warnings, error) {
	return nil, nil
}

func (names) ValidateDelete(_ context.Context, _ *corev1.ConfigMap) (admission.Warnings, error) {
	return nil, nil
}

func main() {
	ctrl.SetLogger(zap.New())
	port, _ := strconv.Atoi(os.Getenv("WEBHOOK_PORT"))
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Metrics:                 server.Options{BindAddress: "0"},
		LeaderElection:          true,
		LeaderElectionID:        "keeper",
		LeaderElectionNamespace: "default",
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: "127.0.0.1", Port: port, CertDir: os.Getenv("WEBHOOK_CERTIFICATES"),
		}),
	})
	if err == nil {
		err = ctrl.NewControllerManagedBy(manager).
			For(&corev1.ConfigMap{}).
			Owns(&corev1.Secret{}).
			Complete(keeper{manager.GetClient()})
	}
	if err == nil {
		err = ctrl.NewWebhookManagedBy(manager, &corev1.ConfigMap{}).WithValidator(names{}).Complete()
	}
	if err == nil {
		fmt.Println("begun")
		err = manager.Start(ctrl.SetupSignalHandler())
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
