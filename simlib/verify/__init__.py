"""Result folders checked against their manifests by making everything again."""
