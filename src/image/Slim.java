// SPDX-License-Identifier: Apache-2.0
import static java.lang.classfile.ClassTransform.transformingMethodBodies;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Leaves out of a jar what only a debugger reads, the names of local variables, JNA's libraries,
 * whose one for this platform stands beside it, and the folders, which all starts would read with the
 * rest of the jar's directory. Line numbers stay. The AOT cache, which holds all of a class, gets
 * smaller by it, too: java Slim.java JAR
 */
final class Slim {
  private static final ClassFile CLASSES = ClassFile.of();
  private static final CodeTransform WITHOUT_NAMES =
      (code, element) -> {
        if (!(element instanceof LocalVariable || element instanceof LocalVariableType)) {
          code.with(element);
        }
      };

  private Slim() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path slim = jar.resolveSibling(jar.getFileName() + ".slim");
    try (ZipFile from = new ZipFile(jar.toFile());
        OutputStream to = Files.newOutputStream(slim)) {
      copy(from, to);
    }
    Files.move(slim, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(ZipFile from, OutputStream to) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(to)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (entry.isDirectory()
            || entry.getName().matches("com/sun/jna/[^/]+/[^/]+\\.(so|a|dll|jnilib)")) {
          continue;
        }
        ZipEntry copied = new ZipEntry(entry.getName());
        copied.setTime(entry.getTime());
        zip.putNextEntry(copied);
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        zip.write(isClass(entry.getName()) ? slim(bytes) : bytes);
        zip.closeEntry();
      }
    }
  }

  /** Classes of the class path; those for certain JDKs and modules are few, and left as they are. */
  private static boolean isClass(String name) {
    return name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("-info.class");
  }

  private static byte[] slim(byte[] bytes) {
    return CLASSES.transformClass(CLASSES.parse(bytes), transformingMethodBodies(WITHOUT_NAMES));
  }
}
