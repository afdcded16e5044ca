package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.StdioClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of an installation of its own, and the archives it makes there. */
@Tag("slow")
@Tag("essential")
class QuickStartIT {
    private static final Duration MAKING_MAX = Duration.ofMinutes(5);
    private static final String GET = "{\"action\":\"get\",\"flag\":\"PROMPT_MODE\"}";

    @TempDir
    private Path folder;

    private Path start;

    @BeforeEach
    void install() throws IOException {
        Path jar = Path.of(System.getProperty("weathervane.jar", "target/weathervane.jar"));
        copy(Path.of("scripts", "lib"), folder.resolve("scripts/lib"));
        pauseLess(folder.resolve("scripts/lib/quick-start.sh"));
        Files.copy(Path.of("scripts", "weathervane"), folder.resolve("scripts/weathervane"));
        copy(jar.resolveSibling("lib"), folder.resolve("target/lib"));
        Files.copy(jar, folder.resolve("target/weathervane.jar"));
        start = folder.resolve("target/start");
    }

    @Test
    void aStartUsesWhatEarlierOnesLeftAndNeverDependsOnIt() throws Exception {
        assertThat(loadedByAStart()).as("without an archive").noneMatch(QuickStartIT::isOursFromArchive);
        Await.until("archives are made", MAKING_MAX, () -> !named("made-for").isEmpty());
        Await.until("nothing is left of making them", () -> !Files.exists(start.resolve("work")));
        assertThat(named("stdio")).hasSize(1);
        assertThat(named("http")).hasSize(1);
        assertThat(named("call")).hasSize(1);
        assertThat(named("sqlite-.*")).as("SQLite's library").hasSize(1);

        List<String> loaded = loadedByAStart();
        assertThat(loaded).as("with an archive").anyMatch(QuickStartIT::isOursFromArchive);
        assertThat(loaded).as("stdio needs no HTTP").noneMatch(line -> line.contains(" org.eclipse.jetty."));

        Path archive = named("stdio").get(0);
        byte[] whole = Files.readAllBytes(archive);
        replace(archive, new byte[whole.length]);
        assertThat(loadedByAStart()).as("with nothing but zeros").noneMatch(QuickStartIT::isOursFromArchive);
        replace(archive, Arrays.copyOf(whole, whole.length / 2));
        assertThat(loadedByAStart()).as("with half an archive").noneMatch(QuickStartIT::isOursFromArchive);
        Await.until("it is made again", MAKING_MAX, () -> !named("made-for").isEmpty());
        Await.until("nothing is left of making them", () -> !Files.exists(start.resolve("work")));
        assertThat(loadedByAStart()).as("made again").anyMatch(QuickStartIT::isOursFromArchive);

        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(loadedByAStart()).as("from a folder open to others").noneMatch(QuickStartIT::isOursFromArchive);
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(start.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(loadedByAStart())
                .as("from a folder in whose place others could put theirs")
                .noneMatch(QuickStartIT::isOursFromArchive);
    }

    /** Neither the start that asked for archives nor what else runs is to be spared here. */
    private static void pauseLess(Path script) throws IOException {
        String pause = "ARCHIVE_PAUSE_SECONDS=";
        String usual = Files.readString(script);
        assertThat(usual).contains(pause + "5");
        String behind = "nice -n 19 ";
        assertThat(usual).contains(behind);
        Files.writeString(script, usual.replace(pause + "5", pause + "1").replace(behind, ""));
    }

    /** The lines that the JVM logs of the classes of a server on stdio, up to its first answered call. */
    private List<String> loadedByAStart() throws Exception {
        Path workspace = Files.createTempDirectory(folder, "workspace");
        Path log = workspace.resolve("classes.log");
        ProcessBuilder program = new ProcessBuilder(
                folder.resolve("scripts/weathervane").toString(),
                "serve",
                "--stdio",
                "--workspace",
                workspace.toString());
        program.environment().put("JAVA_HOME", System.getProperty("java.home"));
        program.environment().put("XDG_CACHE_HOME", "/dev/null");
        program.environment().put("WVO_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
        try (StdioClient client = StdioClient.start(program)) {
            assertThat(client.text(client.call("mcp_admin_flags", GET))).contains("compact");
            client.endInput();
            assertThat(client.awaitExit()).isZero();
            assertThat(client.notJson()).isEmpty();
        }
        return Files.readAllLines(log);
    }

    private static boolean isOursFromArchive(String line) {
        return line.contains(" io.weathervane.app.Application ") && line.contains("shared objects file");
    }

    /** Files of this name, whatever its ending, in the folders of archives; the makers' own come and go. */
    private List<Path> named(String name) {
        return files(start).stream()
                .filter(keyed -> !keyed.endsWith("work"))
                .flatMap(keyed -> files(keyed).stream())
                .filter(file -> file.getFileName().toString().matches(name + "(\\.\\d+)?"))
                .toList();
    }

    /** None of a folder that is not there, or that goes at this moment. */
    private static List<Path> files(Path in) {
        File[] files = in.toFile().listFiles();
        return files == null ? List.of() : Stream.of(files).map(File::toPath).toList();
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.delete(file);
        Files.write(file, bytes);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
