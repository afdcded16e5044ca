package io.weathervane.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A server to measure.
 *
 * @param command without the processors it is held to
 */
record Target(String name, Transport transport, List<String> command) {
    /** How it is spoken to. */
    enum Transport {
        HTTP,
        STDIO
    }

    /** Which processor a server under load has to itself; empty when processors cannot be given out. */
    private static final String SERVER_PROCESSORS = System.getProperty("bench.processors.server", "");

    private static final String ALL_PROCESSORS = System.getProperty("bench.processors.all", "");

    /** The launcher, as its users start it. */
    static Target server(Transport transport) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("bench.launcher"), "serve"));
        command.addAll(transport == Transport.HTTP ? List.of("--http", "--port", "0") : List.of("--stdio"));
        command.add("--workspace");
        return new Target("server", transport, command);
    }

    /** The launcher, told to do without what it keeps between starts. */
    static Target serverUnaided(Transport transport) {
        List<String> command = new ArrayList<>(List.of("env", "WVO_QUICK_START=off"));
        command.addAll(server(transport).command());
        return new Target("server, no archive", transport, command);
    }

    /** The floor, with the heap a JVM takes by itself. */
    static Target floor(Transport transport) {
        return floor("floor", transport, List.of());
    }

    /** The floor, with the heap that the launcher gives a server. */
    static Target floorInSmallHeap(Transport transport) {
        return floor("floor, -Xms32m", transport, List.of("-Xms32m"));
    }

    private static Target floor(String name, Transport transport, List<String> options) {
        Class<?> main = transport == Transport.HTTP ? FloorHttp.class : FloorStdio.class;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        return new Target(name, transport, command);
    }

    /** The command on one processor of its own. */
    List<String> pinned(Path workspace) {
        return onProcessors(SERVER_PROCESSORS, workspace);
    }

    /** The command on all processors, whatever this JVM is held to. */
    List<String> unpinned(Path workspace) {
        return onProcessors(ALL_PROCESSORS, workspace);
    }

    /** Any command on all processors, whatever this JVM is held to. */
    static List<String> onAllProcessors(List<String> command) {
        return on(ALL_PROCESSORS, command);
    }

    private List<String> onProcessors(String processors, Path workspace) {
        List<String> line = new ArrayList<>(command);
        line.add(workspace.toString());
        return on(processors, line);
    }

    private static List<String> on(String processors, List<String> command) {
        List<String> line = new ArrayList<>();
        if (!processors.isEmpty()) {
            line.addAll(Arrays.asList("taskset", "-c", processors));
        }
        line.addAll(command);
        return line;
    }
}
