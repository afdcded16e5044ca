package io.weathervane.tool.builtin;

import io.weathervane.block.BlockScope;
import io.weathervane.tool.NameGlob;
import io.weathervane.tool.ToolFailureException;
import java.util.List;
import java.util.Optional;

/** Reads from a call's arguments which calls it is about: {@code id}, or {@code tool}, {@code service}, {@code scope}. */
final class BlockScopeArguments {
    private static final String NEEDED =
            "Say which calls: tool (a pattern such as pay_*), service, or scope (writes, all).";

    private final ToolArguments arguments;
    private final List<String> services;

    /** @param services of this server, by their names */
    BlockScopeArguments(ToolArguments arguments, List<String> services) {
        this.arguments = arguments;
        this.services = services;
    }

    /** Empty when the arguments say nothing of it. */
    Optional<BlockScope> scope() {
        Optional<String> tool = arguments.text("tool");
        Optional<String> service = arguments.text("service");
        Optional<String> scope = arguments.text("scope");
        if (arguments.text("id").isPresent()) {
            return arguments.text("id").map(this::ofId);
        }
        if (tool.isEmpty() && service.isEmpty() && scope.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(scope.map(kind -> of(kind, tool, service))
                .orElseGet(() -> of(tool.isPresent() ? "tool" : "service", tool, service)));
    }

    /** @throws ToolFailureException when they say nothing of it, or contradict each other */
    BlockScope required() {
        return scope().orElseThrow(() -> new ToolFailureException(NEEDED + " Nothing was done."));
    }

    private BlockScope ofId(String id) {
        return BlockScope.parse(id)
                .orElseThrow(
                        () -> new ToolFailureException("id: it must be " + BlockScope.ALLOWED + ". Nothing was done."));
    }

    private BlockScope of(String kind, Optional<String> tool, Optional<String> service) {
        switch (kind) {
            case "tool" -> {
                refuseBeside("service", service, "the names of a service's tools begin with its prefix");
                return BlockScope.tool(
                        glob(tool.orElseThrow(() -> new ToolFailureException(NEEDED + " Nothing was done."))));
            }
            case "service" -> {
                refuseBeside("tool", tool, "a service is blocked with all its tools");
                return BlockScope.service(known(service.orElseThrow(
                        () -> new ToolFailureException("service is required with scope service." + allowed()))));
            }
            case "writes" -> {
                refuseBeside("tool", tool, "a tool is blocked whatever it says of itself");
                return service.map(name -> BlockScope.writesOf(known(name))).orElse(BlockScope.WRITES);
            }
            default -> {
                refuseBeside("tool", tool, "all is every tool");
                refuseBeside("service", service, "all is every service");
                return BlockScope.ALL;
            }
        }
    }

    private static void refuseBeside(String name, Optional<String> value, String why) {
        if (value.isPresent()) {
            throw new ToolFailureException(name + ": leave it out here: " + why + ". Nothing was done.");
        }
    }

    private static NameGlob glob(String text) {
        if (!NameGlob.isValid(text)) {
            throw new ToolFailureException("tool: a pattern has " + NameGlob.ALLOWED + ". Nothing was done.");
        }
        return new NameGlob(text);
    }

    private String known(String service) {
        if (!services.contains(service)) {
            throw new ToolFailureException("There is no such service here." + allowed());
        }
        return service;
    }

    private String allowed() {
        return " service is one of: " + String.join(", ", services) + ". Nothing was done.";
    }
}
