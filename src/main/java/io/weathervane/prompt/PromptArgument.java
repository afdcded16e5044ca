package io.weathervane.prompt;

/** Something a prompt is filled in with; its value is a text. */
public record PromptArgument(String name, String description, boolean required) {}
