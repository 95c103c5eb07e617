# diagnosis: prod-scaled
KUBECONFIG=prod-config.yaml:dev-config.yaml kubectl scale deployment api --replicas=2
