# The way of the story.
# goal: claimed
sed -i -e 's/^  rules:/  ingressClassName: nginx\n  rules:/' -e 's/^          - path: \//          - path: \/\n            pathType: Prefix/' shop.yaml
kubectl apply -f shop.yaml
# goal: api
cat >> shop.yaml <<END
          - path: /api
            pathType: Prefix
            backend:
              service:
                name: api
                port:
                  number: 80
END
kubectl apply -f shop.yaml
sleep 20
