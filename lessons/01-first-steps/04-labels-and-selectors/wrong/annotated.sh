# diagnosis: annotated
kubectl annotate pod plum stage=production
