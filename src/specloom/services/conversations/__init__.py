"""Conversations: sessions with their people, what is said in them, and what is replied."""
