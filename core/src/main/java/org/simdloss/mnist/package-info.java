/**
 * Reads MNIST: files in the IDX format, as the page of <i>The MNIST Database of Handwritten
 * Digits</i> by Yann LeCun, Corinna Cortes and Christopher Burges defines it.
 *
 * <pre>{@code
 * Mnist mnist = Mnist.normalized(); // pixels from 0 to 1
 * Samples train = mnist.train(Path.of("data")); // x (60000, 784), t (60000,)
 * Samples test = mnist.test(Path.of("data")); // x (10000, 784), t (10000,)
 *
 * int[] pick = MiniBatch.choice(new Random(1), train.size(), 100);
 * Batch x = MiniBatch.gather(train.x(), pick);
 * int[] t = MiniBatch.gather(train.labels(), pick);
 * }</pre>
 *
 * <h2>The format</h2>
 *
 * Numbers have four bytes, the highest first, and are unsigned.
 *
 * <table class="striped">
 * <caption>A file of images, and a file of labels</caption>
 * <thead>
 * <tr><th>byte</th><th>images</th><th>labels</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>0</td><td>0x00000803</td><td>0x00000801</td></tr>
 * <tr><td>4</td><td>the number of images</td><td>the number of labels</td></tr>
 * <tr><td>8</td><td>rows of an image</td><td>labels, a byte each</td></tr>
 * <tr><td>12</td><td>columns of an image</td><td></td></tr>
 * <tr><td>16</td><td>pixels, a byte each: image after image, row after row; 0 is the background, 255
 *     the ink</td><td></td></tr>
 * </tbody>
 * </table>
 *
 * <p>Such a file may be compressed, as one gzip member.
 *
 * <table class="striped">
 * <caption>The files of MNIST</caption>
 * <thead>
 * <tr><th>file</th><th>holds</th><th>memory once read</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>{@code train-images-idx3-ubyte}</td><td>60000 images of 28×28</td><td>188 MB</td></tr>
 * <tr><td>{@code train-labels-idx1-ubyte}</td><td>60000 labels</td><td>240 kB</td></tr>
 * <tr><td>{@code t10k-images-idx3-ubyte}</td><td>10000 images of 28×28</td><td>31 MB</td></tr>
 * <tr><td>{@code t10k-labels-idx1-ubyte}</td><td>10000 labels</td><td>40 kB</td></tr>
 * </tbody>
 * </table>
 *
 * <p>{@link org.simdloss.mnist.Mnist} says what is read and how, what memory that takes, and what
 * becomes of files that are broken. There is no download: the files must be there.
 */
package org.simdloss.mnist;
