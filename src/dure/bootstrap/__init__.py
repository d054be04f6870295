"""Where ports meet adapters: what a process of a real deployment is made of."""
