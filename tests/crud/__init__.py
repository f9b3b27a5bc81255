"""Tests of crud."""
