# The way of the story.
# goal: closed
kubectl apply -f deny.yaml
# goal: allowed
sed -i 's/^      ports:/        - namespaceSelector:\n            matchLabels:\n              kubernetes.io\/metadata.name: ops\n          podSelector:\n            matchLabels:\n              access: "true"\n      ports:/' allow.yaml
kubectl apply -f allow.yaml
# goal: way-out
cat >> out.yaml <<END
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
END
kubectl apply -f out.yaml
sleep 5
