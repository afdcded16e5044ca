package io.weathervane.util;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the folders of a workspace private to its owner, or to its owner and the operators' group, and narrows what an
 * older version left wider. Root may do it in another's workspace, whose files then are that owner's.
 */
final class WorkspacePermissions {
    /** What lies in a state folder that is not a folder of its own, such as the workspace's root itself. */
    private static final List<String> OURS =
            List.of("orchestrator.db", "weathervane.", "view.sock", "upgrade.", "pending.journal");

    /** Most files that are narrowed at a start; 0700 of the folder above protects the others as well. */
    private static final int FILES_MAX = 100_000;

    private static final int DEPTH_MAX = 4;

    private final Workspace workspace;
    private final Optional<String> group;

    WorkspacePermissions(Workspace workspace, Optional<String> group) {
        this.workspace = workspace;
        this.group = group;
    }

    /**
     * Refuses a workspace that belongs to another user.
     *
     * @param asOperator whether a member of the group that the workspace is shared with may
     */
    static void requireUsable(Workspace workspace, boolean asOperator) {
        UnixFileAttributes.of(workspace.state()).ifPresent(state -> {
            boolean own = OsUser.isRoot() || OsUser.is(state.uid()) || OsUser.isUnknown();
            boolean operator = asOperator && state.isSharedWithGroup() && Files.isWritable(workspace.state());
            if (!own && !operator) {
                String owner = ForeignSymlinkGuard.owner(workspace.state());
                throw new WorkspaceException("the workspace " + workspace.root() + " belongs to " + owner
                        + ", who owns " + workspace.state() + ", and this process runs as " + OsUser.name()
                        + ": run it as its owner (`sudo -u " + owner + " ...`) or as root, "
                        + (asOperator ? "have the owner name a group of both in server.operatorsGroup, " : "")
                        + "or name another workspace with --workspace");
            }
            if ((state.mode() & UnixFileAttributes.STICKY) != 0) {
                throw new WorkspaceException("the state folder " + workspace.state()
                        + " is open to every user (it has the sticky bit): name a folder of its own in "
                        + Workspace.STATE_VARIABLE);
            }
        });
    }

    /** Refuses a root that root was led to by a link of a user who does not own it. */
    static void requireOwnRoot(Path root) {
        try {
            if (OsUser.isRoot()) {
                ForeignSymlinkGuard.requireFolder(root);
            }
        } catch (IOException e) {
            throw new WorkspaceException(
                    "the workspace " + root + " is refused, nothing was changed: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses a workspace in which a link leads to what is not its maker's, before anything is made or narrowed in it.
     * What is put there later is refused when it is opened.
     *
     * @param state the state folder as it was named: free of no link
     */
    static void requireOwnPaths(Path root, Path state) {
        Workspace named = new Workspace(root, state);
        try {
            for (Path folder :
                    List.of(state, named.analytics(), named.incidents(), named.sessions(), named.upgrades())) {
                ForeignSymlinkGuard.requireFolder(folder);
            }
            if (!OsUser.isRoot()) {
                return; // the files that other users of a shared folder put there are judged as they are opened
            }
            for (Path file :
                    children(state).filter(WorkspacePermissions::isOurs).toList()) {
                ForeignSymlinkGuard.requireFile(file);
            }
            for (Path folder : List.of(named.analytics(), named.incidents())) {
                for (Path file : children(folder).toList()) {
                    ForeignSymlinkGuard.requireFile(file);
                }
            }
        } catch (IOException e) {
            throw new WorkspaceException(
                    "the workspace " + root + " is refused, nothing was changed: " + e.getMessage(), e);
        }
    }

    /** Narrows what is there; the folders that a server writes to must exist. */
    void narrow() {
        Optional<UnixFileAttributes> owner = UnixFileAttributes.of(workspace.state());
        if (owner.isEmpty()) {
            return;
        }
        Optional<GroupPrincipal> operators = group.map(this::principal);
        Modes modes = new Modes(owner.get().uid(), operators);
        boolean wide = false;
        for (Path folder : folders()) {
            wide |= modes.apply(folder);
            children(folder).forEach(modes::apply);
        }
        if (wide) {
            deep(workspace.sessions(), modes);
            deep(workspace.upgrades(), modes);
            if (stateIsOwnFolder()) {
                deep(workspace.state(), modes);
            }
        }
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        if (stateIsOwnFolder()) {
            folders.add(workspace.state());
        } else {
            children(workspace.state()).filter(WorkspacePermissions::isOurs).forEach(folders::add);
        }
        folders.add(workspace.analytics());
        folders.add(workspace.sessions());
        folders.add(workspace.upgrades());
        folders.add(workspace.incidents());
        alone(workspace.sessions(), workspace.root()).forEach(folders::add);
        alone(workspace.upgrades(), workspace.root()).forEach(folders::add);
        return folders.stream()
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /** A state folder that holds the workspace too is not narrowed as a whole: others may have their work in it. */
    private boolean stateIsOwnFolder() {
        return !workspace.root().startsWith(workspace.state());
    }

    private static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return OURS.stream().anyMatch(name::startsWith);
    }

    /** The folders between the root and this one that hold nothing but the way to it. */
    private static List<Path> alone(Path folder, Path root) {
        List<Path> alone = new ArrayList<>();
        Path above = folder.getParent();
        while (above != null && !above.equals(root) && children(above).count() == 1) {
            alone.add(above);
            above = above.getParent();
        }
        return alone;
    }

    private static Stream<Path> children(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Stream.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.limit(FILES_MAX).toList().stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }

    private static void deep(Path folder, Modes modes) {
        int[] seen = {0};
        try {
            Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEPTH_MAX, new Narrowing(modes, seen));
        } catch (IOException e) {
            // What could not be reached has a narrow folder above it.
        }
    }

    /** Follows no link, and leaves out what a build put into a staging folder: that is not ours to change. */
    private static final class Narrowing extends SimpleFileVisitor<Path> {
        private final Modes modes;
        private final int[] seen;

        Narrowing(Modes modes, int[] seen) {
            this.modes = modes;
            this.seen = seen;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            modes.apply(folder);
            return folder.endsWith("staging") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            modes.apply(file);
            return ++seen[0] < FILES_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }

    private GroupPrincipal principal(String name) {
        try {
            return workspace
                    .state()
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new WorkspaceException(
                    "server.operatorsGroup: there is no group " + name
                            + " on this machine; make it (groupadd), name another, or leave the key out",
                    e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new WorkspaceException("server.operatorsGroup: this system's groups cannot be read: " + e, e);
        }
    }

    /**
     * The modes of one workspace.
     *
     * @param owner whose the workspace is; what root left in it becomes theirs
     */
    private record Modes(int owner, Optional<GroupPrincipal> group) {
        /** Whether others could use it before. */
        boolean apply(Path path) {
            Optional<UnixFileAttributes> now = UnixFileAttributes.of(path, LinkOption.NOFOLLOW_LINKS);
            if (now.isEmpty() || Files.isSymbolicLink(path) || isHardLinked(path, now.get())) {
                return false;
            }
            try {
                return narrow(path, now.get());
            } catch (IOException e) {
                if (group.isPresent() && now.get().uid() == owner) {
                    throw new WorkspaceException(
                            "server.operatorsGroup: " + path + " cannot be given to the group "
                                    + group.get().getName() + " (" + e.getMessage() + "): " + OsUser.name()
                                    + " must be a member of it",
                            e);
                }
                return false; // another's file, which only they can change
            }
        }

        /** A second name of a file may lead anywhere, so root does not give it away. */
        private boolean isHardLinked(Path path, UnixFileAttributes now) {
            return now.links() > 1 && now.uid() != owner && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        }

        private boolean narrow(Path path, UnixFileAttributes now) throws IOException {
            int wanted = wanted(path, now);
            if (group.isPresent()) {
                PosixFileAttributeView view =
                        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (!view.readAttributes().group().equals(group.get())) {
                    view.setGroup(group.get());
                    PrivateFiles.setMode(path, wanted);
                }
            }
            if (now.mode() != wanted) {
                PrivateFiles.setMode(path, wanted);
            }
            if (now.uid() == 0 && owner != 0) {
                Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            }
            return (now.mode() & ~wanted & (UnixFileAttributes.GROUP | UnixFileAttributes.OTHERS)) != 0;
        }

        private int wanted(Path path, UnixFileAttributes now) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return group.isPresent() ? PrivateFiles.SHARED_FOLDER : PrivateFiles.PRIVATE_FOLDER;
            }
            int own = now.mode() & 0700;
            return group.isPresent() ? own | own >> 3 : own;
        }
    }
}
