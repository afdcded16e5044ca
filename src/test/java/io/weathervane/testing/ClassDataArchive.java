package io.weathervane.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The packaged program's loaded classes in one file, made by a first run of it: the tests of a build start it some two
 * hundred times, and each start is shorter by that.
 */
final class ClassDataArchive {
    private static final int RUN_SECONDS_MAX = 60;

    private static final List<String> OPTIONS = make();

    private ClassDataArchive() {}

    /** For the JVM; none where the archive could not be made. */
    static List<String> options() {
        return OPTIONS;
    }

    private static List<String> make() {
        try {
            Path jar = Path.of(System.getProperty("weathervane.jar", "target/weathervane.jar"));
            String madeOf = OncePerBuildFolder.print(jar.toAbsolutePath())
                    + System.getProperty("java.home")
                    + System.getProperty("java.vm.version");
            Path archive = OncePerBuildFolder.folder("class-data", madeOf, ClassDataArchive::run)
                    .resolve("weathervane.jsa");
            return Files.exists(archive)
                    ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable")
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Path folder) throws IOException, InterruptedException {
        Path archive = folder.resolve("weathervane.jsa");
        List<String> command = new ArrayList<>(ServerProcess.jvm("-XX:ArchiveClassesAtExit=" + archive));
        command.addAll(List.of("serve", "--stdio", "--http", "--port", "0", "--workspace", folder.toString()));
        ServerProcess.configure(folder, "", ServerProcess.jvm(), "stable");
        Process run = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        if (!run.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS)) {
            run.destroyForcibly().waitFor();
        }
    }
}
