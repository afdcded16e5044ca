package io.weathervane.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line of the sample worker: a JVM without an optimising compiler, with a simple collector, and with its loaded
 * classes in one file. The tests of a build start it hundreds of times, and the file halves the processor time of each start.
 * Classes can be archived from jars only, so the compiled ones are packed first.
 */
public final class SampleCommand {
    private static final String MAIN = "io.weathervane.sample.SampleWorker";
    private static final int FIRST_RUN_SECONDS_MAX = 60;

    /** What the first run does: the classes of a call and its answer are in the file too. */
    private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
            + "{\"name\":\"echo\",\"arguments\":{\"text\":\"hello\"}}}\n";

    private static final List<String> COMMAND = make();

    private SampleCommand() {}

    /** With these switches. */
    public static List<String> of(String... switches) {
        List<String> command = new ArrayList<>(COMMAND);
        command.addAll(List.of(switches));
        return command;
    }

    private static List<String> make() {
        try {
            Path folder = OncePerBuildFolder.folder("sample-worker", madeOf(), SampleCommand::make);
            Path archive = folder.resolve("sample-worker.jsa");
            return java(
                    Files.exists(archive)
                            ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable")
                            : List.of(),
                    folder.resolve("sample-worker.jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path folder) throws IOException, InterruptedException {
        Path jar = folder.resolve("sample-worker.jar");
        pack(jar);
        run(java(List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("sample-worker.jsa")), jar), folder);
    }

    private static String madeOf() throws IOException {
        StringBuilder all = new StringBuilder(System.getProperty("java.home"))
                .append(System.getProperty("java.vm.version"))
                .append(System.getProperty("java.class.path"));
        try (Stream<Path> files = Files.walk(classes())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(OncePerBuildFolder.print(file));
            }
        }
        return all.toString();
    }

    private static List<String> java(List<String> options, Path jar) {
        List<String> command = new ArrayList<>(
                List.of(ServerProcess.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms16m"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** The worker ends by itself when its input does. */
    private static void run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path input = Files.writeString(folder.resolve("input"), CALL);
        Path output = folder.resolve("output");
        Process first = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!first.waitFor(FIRST_RUN_SECONDS_MAX, TimeUnit.SECONDS)) {
            first.destroyForcibly().waitFor();
        }
        Files.delete(input);
        Files.delete(output);
    }

    /** The compiled classes of the product, with the other jars of the class path beside them by name. */
    private static void pack(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, MAIN);
        main.put(
                Attributes.Name.CLASS_PATH,
                classPath()
                        .filter(Files::isRegularFile)
                        .map(library -> library.toUri().toString())
                        .collect(Collectors.joining(" ")));
        Path classes = classes();
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> all = Files.walk(classes)) {
            out.setLevel(0);
            for (Path one :
                    all.filter(path -> path.toString().endsWith(".class")).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString().replace(File.separatorChar, '/')));
                Files.copy(one, out);
            }
        }
    }

    private static Path classes() {
        return classPath()
                .filter(folder -> Files.exists(folder.resolve(MAIN.replace('.', '/') + ".class")))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }
}
