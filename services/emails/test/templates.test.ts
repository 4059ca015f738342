import { expect, test } from 'vitest';
import { renderJobApplication } from '../src/templates/job-application.ts';
import { renderPasswordReset } from '../src/templates/password-reset.ts';
import { renderWelcome } from '../src/templates/welcome.ts';

const publicUrl = 'https://taskyard.example/app';
const welcome = { userEmail: 'ada@example.com', userName: 'Ada', username: 'ada_l' };
const application = {
  employerEmail: 'grace@example.com',
  employerName: 'Grace',
  jobTitle: 'Engineer, R&D',
  applicantName: 'Alan Turing',
  applicantEmail: 'alan+jobs@example.com',
  jobId: 42,
};
const reset = { userEmail: 'ada@example.com', userName: 'Ada', resetToken: 'abc/def+ghi=jkl?mno' };

test('the welcome mail greets by name, and says how one signs in and what others call one, in both parts', () => {
  const mail = renderWelcome(welcome, { publicUrl });

  expect(mail.to).toEqual({ name: 'Ada', address: 'ada@example.com' });
  expect(mail.subject).toBe('Welcome to Taskyard, Ada');
  for (const part of [mail.html, mail.text]) {
    expect(part).toContain('Welcome, Ada');
    expect(part).toContain('sign in with this e-mail address');
    expect(part).toContain('ada_l');
    expect(part).toContain('https://taskyard.example/app/');
  }
});

test('the application mail names job and applicant, and is answered to the applicant', () => {
  const mail = renderJobApplication(application, { publicUrl });

  expect(mail.replyTo).toEqual({ name: 'Alan Turing', address: 'alan+jobs@example.com' });
  expect(mail.subject).toBe('Alan Turing applied for Engineer, R&D');
  expect(mail.html).toContain('Engineer, R&amp;D');
  expect(mail.html).toContain('href="mailto:alan%2Bjobs%40example.com"');
  expect(mail.text).toContain('Engineer, R&D\n');
  for (const part of [mail.html, mail.text]) {
    expect(part).toContain('https://taskyard.example/app/jobs/42');
  }
});

test('the reset mail has the token behind the #, where no server log sees it', () => {
  const mail = renderPasswordReset(reset, { publicUrl });

  const link = 'https://taskyard.example/app/reset-password#token=abc%2Fdef%2Bghi%3Djkl%3Fmno';
  expect(mail.text).toContain(link);
  expect(mail.html).toContain(`href="${link}"`);
  expect(mail.subject).not.toContain('abc');
});

test('a name cannot write HTML, headers or paragraphs of its own', () => {
  const userName =
    '<script>alert(1)</script>\r\nBcc: x@y.example\r\n\r\nGo to https://evil.example';
  const username = '"><img src=x onerror=alert(1)>';

  const mail = renderWelcome({ ...welcome, userName, username }, { publicUrl });

  expect(mail.html).not.toMatch(/<script|<img/);
  expect(mail.html).toContain('&lt;script&gt;');
  expect(mail.html + mail.text + mail.subject).not.toContain('evil.example');
  expect(mail.text).toContain('Welcome, <script>alert(1)</script> Bcc: x@y.example Go to\n');
  expect(mail.subject + (mail.to.name ?? '')).not.toMatch(/[\r\n]/);
});

test('a job id cannot leave its place in the link', () => {
  const mail = renderJobApplication({ ...application, jobId: '../../evil"><b>' }, { publicUrl });

  expect(mail.text).toContain('https://taskyard.example/app/jobs/..%2F..%2Fevil%22%3E%3Cb%3E');
});

test('people without a name are greeted all the same', () => {
  expect(renderWelcome({ ...welcome, userName: ' ' }, { publicUrl }).subject).toBe(
    'Welcome to Taskyard',
  );
  expect(renderPasswordReset({ ...reset, userName: '' }, { publicUrl }).text).toContain(
    'Hello there,',
  );
});

test('every mail says why it was sent, and nothing in it comes from another server', () => {
  const mails = [
    renderWelcome(welcome, { publicUrl }),
    renderJobApplication(application, { publicUrl }),
    renderPasswordReset(reset, { publicUrl }),
  ];

  for (const { html, text } of mails) {
    expect(html).toContain('You get this mail because');
    expect(text).toContain('You get this mail because');
    expect(html).not.toMatch(/<(?:img|link|script)\b|url\(/);
    expect(html).not.toContain('undefined');
  }
});
