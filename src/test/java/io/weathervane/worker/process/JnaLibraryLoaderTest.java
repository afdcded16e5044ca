package io.weathervane.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import oshi.SystemInfo;

class JnaLibraryLoaderTest {
    @TempDir
    private Path folder;

    /** The library is loaded once in a process, so it takes one of its own. */
    @Test
    void nothingOfTheLibraryLiesWhereOthersCouldChangeIt() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder program = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 000; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-Duser.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Looking.class.getName())
                .redirectErrorStream(true);
        program.environment().put("HOME", home.toString());
        program.environment().remove("XDG_CACHE_HOME");
        Process looking = program.start();
        String said = new String(looking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(looking.waitFor()).as(said).isZero();
        assertThat(said).contains("unpacked into " + temporary).contains("processes are seen");
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.map(folder::relativize).map(Path::toString)).containsExactlyInAnyOrder("", "home", "tmp");
        }
    }

    /** What the first look at a worker does. */
    static final class Looking {
        private Looking() {}

        public static void main(String[] arguments) throws Exception {
            JnaLibraryLoader.load();
            System.out.println("unpacked into " + System.getProperty("jna.tmpdir"));
            long own = ProcessHandle.current().pid();
            if (new SystemInfo().getOperatingSystem().getProcess((int) own).getOpenFiles() > 0) {
                System.out.println("processes are seen");
            }
        }
    }
}
