"""The rules of a programme: who may do what, how calls are decided, how grants are held, paid, warned about and recalled."""
